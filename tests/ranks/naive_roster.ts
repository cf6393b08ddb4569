// The ranking in its simplest form: an array of tickets that is scanned as a whole each time. The tests compare the rank
// manager with it.

export interface NaiveMember {
  readonly name: string;
  readonly ticket: number;
}

export class NaiveRoster {
  members: NaiveMember[] = [];
  epoch = 0;
  readonly capacity: number;
  #leaving = new Set<number>();
  #lastTicket = 0;

  constructor(capacity: number) {
    this.capacity = capacity;
  }

  rankOf(ticket: number): number {
    return this.members.filter((member) => member.ticket < ticket).length;
  }

  holds(ticket: number): boolean {
    return this.members.some((member) => member.ticket === ticket);
  }

  join(name: string): NaiveMember | undefined {
    if (this.members.length >= this.capacity) return undefined;
    this.epoch++;
    const member = { name, ticket: ++this.#lastTicket };
    this.members = [...this.members, member];
    return member;
  }

  leave(ticket: number): boolean {
    if (!this.holds(ticket) || this.#leaving.has(ticket)) return false;
    this.#leaving.add(ticket);
    return true;
  }

  /** Tickets of the departed, and [ticket, rank before, rank now] of those that moved up. */
  settle(): { departed: number[]; promoted: [number, number, number][] } | undefined {
    if (this.#leaving.size === 0) return undefined;
    this.epoch++;
    const before = new Map(this.members.map(({ ticket }) => [ticket, this.rankOf(ticket)]));
    const departed = [...this.#leaving].sort((a, b) => a - b);
    this.members = this.members.filter(({ ticket }) => !this.#leaving.has(ticket));
    this.#leaving = new Set();
    const promoted = this.members.map(({ ticket }): [number, number, number] => [
      ticket,
      before.get(ticket)!,
      this.rankOf(ticket),
    ]).filter(([, was, rank]) => was !== rank);
    return { departed, promoted };
  }
}
