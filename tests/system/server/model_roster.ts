// The ranking as one would write it down on paper: a list of tickets. Whoever arrives goes to the end, whoever leaves is
// struck out, and a rank is a place in the list.

export type Verdict =
  | { readonly accepted: readonly number[] }
  | { readonly refused: string; readonly rank?: number };

export class ModelRoster {
  readonly #capacity: number;
  #tickets: number[] = [];
  #lastTicket = 0;

  constructor(capacity: number) {
    this.#capacity = capacity;
  }

  get tickets(): readonly number[] {
    return this.#tickets;
  }

  get isFull(): boolean {
    return this.#tickets.length >= this.#capacity;
  }

  rankOf(ticket: number): number {
    return this.#tickets.indexOf(ticket);
  }

  /** The rank of the newcomer. */
  join(ticket: number): number {
    if (this.isFull) throw new Error(`G3: ticket ${ticket} is one too many`);
    if (ticket <= this.#lastTicket) throw new Error(`G10: ticket ${ticket} came after ${this.#lastTicket}`);
    this.#lastTicket = ticket;
    return this.#tickets.push(ticket) - 1;
  }

  leave(ticket: number): void {
    if (!this.#tickets.includes(ticket)) throw new Error(`ticket ${ticket} left twice`);
    this.#tickets = this.#tickets.filter((other) => other !== ticket);
  }

  /** What has to become of a command: the tickets that get it (G4), or why nobody does (G5). */
  command(issuer: number, command: string, to?: readonly number[]): Verdict {
    if (command !== "uptime") return { refused: "not_allowed" };
    const rank = this.rankOf(issuer);
    if (to === undefined) {
      const below = this.#tickets.slice(rank + 1);
      return below.length > 0 ? { accepted: below } : { refused: "no_recipient" };
    }
    const lowest = Math.min(...to);
    const highest = Math.max(...to);
    if (lowest <= rank) return { refused: "outranked", rank: lowest };
    if (highest >= this.#tickets.length) return { refused: "no_recipient", rank: highest };
    return { accepted: this.#tickets.filter((_, at) => to.includes(at)) };
  }
}
