// The names of the others as far as this screen was told them. The server tells a departure by its ticket alone.

import type { Roster } from "../../../protocol/methods/mod.ts";
import type { ClientEvent } from "../../session/mod.ts";

export interface NameBounds {
  readonly namesKnown: number;
  /** In UTF-16 code units; a longer one is not remembered. */
  readonly nameLength: number;
}

export class KnownNames {
  readonly #bounds: NameBounds;
  /** By ticket. A departure takes its name out; a server that tells of none must not fill the memory. */
  readonly #names = new Map<number, string>();
  #isWhole = false;
  /** Of the last change. */
  #lastEpoch = -Infinity;

  constructor(bounds: NameBounds) {
    this.#bounds = bounds;
  }

  of(ticket: number): string | undefined {
    return this.#names.get(ticket);
  }

  /** Whether a whole roster was loaded, and kept up to date since. */
  get isWhole(): boolean {
    return this.#isWhole;
  }

  /** The names that only one of the members below has: a command may be addressed to each. */
  below(ticket: number): string[] {
    const counts = new Map<string, number>();
    for (const [other, name] of this.#names) {
      if (other > ticket) counts.set(name, (counts.get(name) ?? 0) + 1);
    }
    return [...counts].flatMap(([name, count]) => count === 1 ? [name] : []);
  }

  /** Takes an event in, after it was shown: until then the name of a member that left is needed. */
  apply(event: ClientEvent): void {
    switch (event.kind) {
      case "disconnected":
      case "missed":
        // Who leaves meanwhile is not told, so nothing known before need be true.
        this.#isWhole = false;
        this.#lastEpoch = -Infinity;
        return this.#names.clear();
      case "roster_changed": {
        const { epoch, joined, left, renamed, missed } = event.change;
        this.#lastEpoch = epoch;
        if (missed === true) this.#isWhole = false;
        for (const ticket of left) this.#names.delete(ticket);
        for (const { ticket, name } of joined) this.#learn(ticket, name);
        for (const { ticket, name } of renamed) this.#learn(ticket, name);
        return;
      }
      default:
        return;
    }
  }

  /** Takes in a whole roster that was asked for. */
  load({ epoch, members }: Roster): void {
    this.#names.clear();
    // Changes that were received in the meantime are not in it.
    this.#isWhole = epoch >= this.#lastEpoch;
    for (const { ticket, name } of members) this.#learn(ticket, name);
  }

  #learn(ticket: number, name: string): void {
    const { namesKnown, nameLength } = this.#bounds;
    this.#names.delete(ticket);
    if (name.length > nameLength) return;
    this.#names.set(ticket, name);
    const [longestKnown] = this.#names.keys();
    if (this.#names.size > namesKnown) this.#names.delete(longestKnown!);
  }
}
