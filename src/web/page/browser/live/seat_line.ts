// The line of seats as the server last reported it. A member's rank is its index in the order of tickets.

import type { Changes, PageMember, Snapshot } from "../../../messages/mod.ts";

/** What one change did to the line, for its animation and for screen readers. */
export interface LineChange {
  readonly joined: readonly PageMember[];
  readonly left: readonly PageMember[];
  /** The member that has rank 0 now and had not; `undefined`: rank 0 is as it was. */
  readonly first: PageMember | undefined;
}

export class SeatLine {
  #members: PageMember[] = [];
  #ranks: Map<number, number> = new Map();

  /** In rank order. */
  get members(): readonly PageMember[] {
    return this.#members;
  }

  /** `undefined`: no member has that ticket. */
  rankOf(ticket: number): number | undefined {
    return this.#ranks.get(ticket);
  }

  at(rank: number): PageMember | undefined {
    return this.#members[rank];
  }

  replace({ members }: Pick<Snapshot, "members">): void {
    this.#members = [...members].sort(byTicket);
    this.#number();
  }

  apply({ joined, left, changed }: Pick<Changes, "joined" | "left" | "changed">): LineChange {
    const first = this.#members[0]?.ticket;
    const gone = left.flatMap((ticket) => this.#members[this.#ranks.get(ticket) ?? -1] ?? []);
    const goneTickets = new Set(left);
    const news = new Map(changed.map((member) => [member.ticket, member]));
    const kept = this.#members.filter(({ ticket }) => !goneTickets.has(ticket));
    this.#members = news.size === 0 ? kept : kept.map((member) => news.get(member.ticket) ?? member);
    const last = this.#members.at(-1)?.ticket ?? -Infinity;
    const added = [...joined].sort(byTicket);
    this.#members.push(...added);
    // Tickets count arrivals, so new members are almost always at the end already.
    if (added.length > 0 && added[0]!.ticket < last) this.#members.sort(byTicket);
    this.#number();
    const now = this.#members[0];
    return { joined: added, left: gone, first: now?.ticket === first ? undefined : now };
  }

  #number(): void {
    this.#ranks = new Map(this.#members.map(({ ticket }, rank) => [ticket, rank]));
  }
}

function byTicket(a: PageMember, b: PageMember): number {
  return a.ticket - b.ticket;
}
