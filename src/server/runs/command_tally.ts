// The commands of one read, counted: what is logged and recorded of them does not grow with their number.

import type { LoggedCommand } from "../../log/mod.ts";
import type { SentFrom } from "./run.ts";
import { loggedArguments } from "./logged_arguments.ts";

/** Different commands of one read that are logged one by one; more are counted by name. */
const MAX_DIFFERENT = 8;

interface Counted {
  readonly command: string;
  /** As JSON. */
  readonly args: string;
  count: number;
}

/** The commands of one read that are not logged yet: equal ones in a row are counted together. */
export class CommandTally {
  /** Where the audit records its commands. */
  readonly from: SentFrom | undefined;
  readonly #keepsArguments: boolean;
  readonly #different: Counted[] = [];
  /** By name, where the arguments are not shown. */
  readonly #counts = new Map<string, number>();

  /** @param keepsArguments whether the arguments are shown anywhere */
  constructor(keepsArguments: boolean, from?: SentFrom) {
    this.#keepsArguments = keepsArguments;
    this.from = from;
  }

  get isEmpty(): boolean {
    return this.#different.length === 0 && this.#counts.size === 0;
  }

  /** @param args the arguments of each, as JSON */
  add(command: string, args: readonly string[]): void {
    const shown = this.#keepsArguments ? this.#addDifferent(command, args) : 0;
    const rest = args.length - shown;
    if (rest > 0) this.#counts.set(command, (this.#counts.get(command) ?? 0) + rest);
  }

  /** What is to be shown, in the order of arrival, followed by the counts by name. */
  *entries(showsArguments: boolean): Iterable<LoggedCommand & { readonly count: number }> {
    if (!showsArguments) {
      for (const [command, count] of this.#countsByName()) yield { command, count };
      return;
    }
    for (const { command, args, count } of this.#different) {
      yield { command, ...loggedArguments(JSON.parse(args)), count };
    }
    for (const [command, count] of this.#counts) yield { command, args_differ: true, count };
  }

  #countsByName(): ReadonlyMap<string, number> {
    if (this.#different.length === 0) return this.#counts;
    const counts = new Map<string, number>();
    const all = [...this.#different, ...[...this.#counts].map(([command, count]) => ({ command, count }))];
    for (const { command, count } of all) counts.set(command, (counts.get(command) ?? 0) + count);
    return counts;
  }

  /** @returns how many it has counted, up to the first that is one too many */
  #addDifferent(command: string, args: readonly string[]): number {
    const different = this.#different;
    let last = different.at(-1);
    for (let i = 0; i < args.length; i++) {
      if (last?.command === command && last.args === args[i]) last.count++;
      else if (different.length === MAX_DIFFERENT) return i;
      else different.push(last = { command, args: args[i]!, count: 1 });
    }
    return args.length;
  }
}
