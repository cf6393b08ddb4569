// Assigns ranks. A ticket is a member's number in order of arrival and never changes; its rank is its current position in
// that order. Pure: it knows no connections and no clock, and returns changes instead of sending notifications.

/** A place in the roster. `ticket` never changes; only the {@linkcode RankManager} changes `rank`. */
export interface Seat<Member> {
  readonly ticket: number;
  readonly rank: number;
  /** The current holder; changed by {@linkcode RankManager.replace}. */
  readonly member: Member;
}

/** The index of the seat with this ticket; -1 if there is none. @param seats in ticket order, so the search halves them */
export function indexOfTicket(seats: readonly Pick<Seat<unknown>, "ticket">[], ticket: number): number {
  let low = 0;
  let high = seats.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (seats[middle]!.ticket < ticket) low = middle + 1;
    else high = middle;
  }
  return seats[low]?.ticket === ticket ? low : -1;
}

/** A member that moved up: its seat, with the new rank, and the rank it had before. */
export interface Promotion<Member> {
  readonly seat: Seat<Member>;
  readonly was: number;
}

/** One applied change: the members that left, and those that moved up because of it, in rank order. */
export interface RosterChange<Member> {
  readonly epoch: number;
  readonly departed: readonly Seat<Member>[];
  readonly promoted: readonly Promotion<Member>[];
}

type MutableSeat<Member> = { -readonly [Key in keyof Seat<Member>]: Seat<Member>[Key] };

/**
 * Gives members ranks in order of arrival, and closes the gaps that leaving members create.
 *
 * `leave` records a departure, and `settle` applies all that are recorded as one change with one epoch, so that each member
 * moves at most once. Callers settle before they read the roster; `join` requires it.
 */
export class RankManager<Member> {
  readonly capacity: number;
  #seats: MutableSeat<Member>[] = [];
  #leaving = new Set<MutableSeat<Member>>();
  #nextTicket: number;
  #epoch: number;

  /**
   * @param capacity the highest number of members.
   * @param firstTicket the ticket of the first arrival.
   * @param epoch the last epoch of an earlier server process.
   */
  constructor(capacity: number, firstTicket = 1, epoch = 0) {
    this.capacity = capacity;
    this.#nextTicket = firstTicket;
    this.#epoch = epoch;
  }

  get epoch(): number {
    return this.#epoch;
  }

  /** The members in ticket order, so that the index is the rank. Valid until the next change. */
  get roster(): readonly Seat<Member>[] {
    return this.#seats;
  }

  get size(): number {
    return this.#seats.length;
  }

  get isSettled(): boolean {
    return this.#leaving.size === 0;
  }

  /** A seat at the end, or `undefined` when all are taken. */
  join(member: Member): Seat<Member> | undefined {
    this.#requireSettled();
    if (this.#seats.length >= this.capacity) return undefined;
    this.#epoch++;
    return this.#append(member);
  }

  /**
   * Restores a seat of an earlier server process. To be called in ticket order, before any member has joined.
   *
   * @throws {Error} when the ticket is not higher than those that are seated already
   */
  restore(ticket: number, member: Member): Seat<Member> {
    const last = this.#seats.at(-1)?.ticket ?? -Infinity;
    if (ticket <= last) throw new Error(`Cannot restore ticket ${ticket}: ${last} is seated already`);
    this.#nextTicket = Math.max(this.#nextTicket, ticket + 1);
    this.#epoch++;
    const seat = { ticket, rank: this.#seats.length, member };
    this.#seats.push(seat);
    return seat;
  }

  /** Replaces the holder of a seat. No rank changes; {@linkcode revise} starts the new epoch. */
  replace(seat: Seat<Member>, member: Member): void {
    const current = this.#seats[seat.rank];
    if (current !== seat) throw new Error(`Cannot replace a member: ticket ${seat.ticket} has no seat`);
    current.member = member;
  }

  /** Records a departure. False when the seat was released before. */
  leave(seat: Seat<Member>): boolean {
    const current = this.#seats[seat.rank];
    if (current !== seat || this.#leaving.has(current)) return false;
    this.#leaving.add(current);
    return true;
  }

  /** Applies the recorded departures as one change; `undefined` when there are none. */
  settle(): RosterChange<Member> | undefined {
    if (this.isSettled) return undefined;
    this.#epoch++;
    return this.#closeGaps();
  }

  /** Whether a seat is in the roster and no departure from it is recorded. */
  isSeated(seat: Seat<Member>): boolean {
    const current = this.#seats[seat.rank];
    return current === seat && !this.#leaving.has(current);
  }

  /** Members leave and join again at the end, in rank order, as one change together with the recorded departures. */
  rejoin(seats: readonly Seat<Member>[]): { seats: Seat<Member>[]; change: RosterChange<Member> } {
    for (const seat of seats) {
      if (!this.leave(seat)) throw new Error(`Cannot rejoin: ticket ${seat.ticket} has no seat`);
    }
    this.#epoch++;
    const change = this.#closeGaps();
    return { seats: seats.map(({ member }) => this.#append(member)), change };
  }

  /** Starts a new epoch for a change that moves no member, such as a new name. */
  revise(): number {
    return ++this.#epoch;
  }

  #append(member: Member): Seat<Member> {
    const seat = { ticket: this.#nextTicket++, rank: this.#seats.length, member };
    this.#seats.push(seat);
    return seat;
  }

  #closeGaps(): RosterChange<Member> {
    const departed = [...this.#leaving].sort((a, b) => a.ticket - b.ticket);
    const promoted: Promotion<Member>[] = [];
    let rank = departed[0]!.rank;
    for (let was = rank; was < this.#seats.length; was++) {
      const seat = this.#seats[was]!;
      if (this.#leaving.has(seat)) continue;
      seat.rank = rank;
      this.#seats[rank++] = seat;
      promoted.push({ seat, was });
    }
    this.#seats.length = rank;
    this.#leaving.clear();
    return { epoch: this.#epoch, departed, promoted };
  }

  #requireSettled(): void {
    if (!this.isSettled) {
      throw new Error(`Cannot seat anybody: ${this.#leaving.size} departures are not settled`);
    }
  }
}
