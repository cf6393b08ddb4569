// The ranking in its simplest form: an array of tickets that is scanned as a whole each time. The tests compare the rank
// manager with it.

export class NaiveRoster {
  /** Tickets, as they were when the roster was settled last. */
  roster: readonly number[] = [];
  /** Tickets that are taken now. */
  taken: readonly number[] = [];

  join(ticket: number): void {
    this.taken = [...this.taken, ticket];
  }

  leave(ticket: number): boolean {
    const hadSeat = this.taken.includes(ticket);
    this.taken = this.taken.filter((one) => one !== ticket);
    return hadSeat;
  }

  /** Tickets of the departed, and [ticket, rank before, rank now] of those that moved up; `undefined`: nothing changed. */
  settle(hasChanged: boolean): { departed: number[]; promoted: [number, number, number][] } | undefined {
    const before = this.roster;
    this.roster = this.taken;
    if (!hasChanged) return undefined;
    return {
      departed: before.filter((ticket) => !this.taken.includes(ticket)),
      promoted: before.map((ticket, was): [number, number, number] => [
        ticket,
        was,
        this.taken.filter((other) => other < ticket).length,
      ]).filter(([ticket, was, rank]) => this.taken.includes(ticket) && was !== rank),
    };
  }
}
