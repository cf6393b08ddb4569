// The commands that may be sent, with their rules. One object shared by all parts that need it, because the list can be
// replaced while the server runs.

import type { CommandRule } from "../../rules/mod.ts";

export class AllowList {
  #rules: ReadonlyMap<string, CommandRule>;
  #names: readonly string[];

  constructor(rules: ReadonlyMap<string, CommandRule>) {
    this.#rules = rules;
    this.#names = [...rules.keys()];
  }

  /** The names of the commands, in the order of the configuration. */
  get names(): readonly string[] {
    return this.#names;
  }

  get rules(): readonly CommandRule[] {
    return [...this.#rules.values()];
  }

  /** The longest time that a run waits for its executors, in ms. */
  get maxTimeoutMs(): number {
    return this.rules.reduce((longest, { timeoutMs }) => Math.max(longest, timeoutMs), 0);
  }

  get(name: string): CommandRule | undefined {
    return this.#rules.get(name);
  }

  /** Runs in flight continue under the old rules. @returns whether the names have changed. */
  replace(rules: ReadonlyMap<string, CommandRule>): boolean {
    const before = this.#names;
    this.#rules = rules;
    this.#names = [...rules.keys()];
    return before.length !== this.#names.length || before.some((name, index) => name !== this.#names[index]);
  }
}
