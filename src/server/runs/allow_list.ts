// The commands that may be passed on, with their rules. One object that all who need it share, because the list can be
// replaced while the server runs.

import type { CommandRule } from "../../rules/mod.ts";

export class AllowList {
  #rules: ReadonlyMap<string, CommandRule>;
  #names: readonly string[];

  constructor(rules: ReadonlyMap<string, CommandRule>) {
    this.#rules = rules;
    this.#names = [...rules.keys()];
  }

  /** As clients are told them. */
  get names(): readonly string[] {
    return this.#names;
  }

  get rules(): readonly CommandRule[] {
    return [...this.#rules.values()];
  }

  get(name: string): CommandRule | undefined {
    return this.#rules.get(name);
  }

  /** @returns whether there are other names now. Runs under way go on as they were accepted. */
  replace(rules: ReadonlyMap<string, CommandRule>): boolean {
    const before = this.#names;
    this.#rules = rules;
    this.#names = [...rules.keys()];
    return before.length !== this.#names.length || before.some((name, index) => name !== this.#names[index]);
  }
}
