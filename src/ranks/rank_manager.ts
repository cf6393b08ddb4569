// Who sits where. Tickets fix the order for good; a rank is the place in that order at this moment. Pure: it knows no
// connection, no clock and no message, and says what changed instead of telling anybody.

/** A place in the roster. `ticket` never changes; `rank` is kept true by the {@linkcode RankManager} alone. */
export interface Seat<Member> {
  readonly ticket: number;
  readonly rank: number;
  /** Whoever holds the seat now; {@linkcode RankManager.replace} may put another in its place. */
  readonly member: Member;
}

/** A member that moved up: its seat (already with the new rank) and the rank it had. */
export interface Promotion<Member> {
  readonly seat: Seat<Member>;
  readonly was: number;
}

/** One applied change: everybody who left since the last one, and everybody who therefore moved up, in rank order. */
export interface RosterChange<Member> {
  readonly epoch: number;
  readonly departed: readonly Seat<Member>[];
  readonly promoted: readonly Promotion<Member>[];
}

type OwnSeat<Member> = { -readonly [Key in keyof Seat<Member>]: Seat<Member>[Key] };

/**
 * Seats members in order of arrival and closes the gaps that they leave.
 *
 * A departure is first noted by `leave` and then applied by `settle`, so that all departures of one turn are one epoch
 * and move everybody at most once. Whoever looks at the roster settles first; `join` and `rejoin` insist on it.
 */
export class RankManager<Member> {
  readonly capacity: number;
  #seats: OwnSeat<Member>[] = [];
  #leaving = new Set<OwnSeat<Member>>();
  #nextTicket: number;
  #epoch: number;

  /**
   * @param capacity N, the most members at any time.
   * @param firstTicket the first arrival's number.
   * @param epoch the last version of the roster in an earlier life.
   */
  constructor(capacity: number, firstTicket = 1, epoch = 0) {
    this.capacity = capacity;
    this.#nextTicket = firstTicket;
    this.#epoch = epoch;
  }

  get epoch(): number {
    return this.#epoch;
  }

  /** The members in ticket order, so that the index is the rank. Valid until the next change; not to be kept. */
  get roster(): readonly Seat<Member>[] {
    return this.#seats;
  }

  get size(): number {
    return this.#seats.length;
  }

  get isSettled(): boolean {
    return this.#leaving.size === 0;
  }

  /** A seat behind all others, or `undefined` when all N are taken. */
  join(member: Member): Seat<Member> | undefined {
    this.#insistOnSettled();
    if (this.#seats.length >= this.capacity) return undefined;
    this.#epoch++;
    return this.#append(member);
  }

  /**
   * Takes over a seat from an earlier life, with its ticket. Only before anybody has joined, in ticket order.
   *
   * @throws {Error} when the ticket is not above those already there
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

  /** Puts another member in the place of the one that holds the seat. Nobody moves; {@linkcode revise} says so. */
  replace(seat: Seat<Member>, member: Member): void {
    const own = this.#seats[seat.rank];
    if (own !== seat) throw new Error(`Cannot replace a member: ticket ${seat.ticket} has no seat`);
    own.member = member;
  }

  /** Notes a departure. False when this seat has been given up already. */
  leave(seat: Seat<Member>): boolean {
    const own = this.#seats[seat.rank];
    if (own !== seat || this.#leaving.has(own)) return false;
    this.#leaving.add(own);
    return true;
  }

  /** Applies the departures noted since the last call as one change; `undefined` when there were none. */
  settle(): RosterChange<Member> | undefined {
    if (this.isSettled) return undefined;
    this.#epoch++;
    return this.#closeGaps();
  }

  /** Leaves and joins behind all others, as one change. */
  rejoin(seat: Seat<Member>): { seat: Seat<Member>; change: RosterChange<Member> } {
    this.#insistOnSettled();
    if (!this.leave(seat)) throw new Error(`Cannot rejoin: ticket ${seat.ticket} has no seat`);
    this.#epoch++;
    const change = this.#closeGaps();
    return { seat: this.#append(seat.member), change };
  }

  /** A new version of the roster in which nobody moved, for instance when a member's name changed. */
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

  #insistOnSettled(): void {
    if (!this.isSettled) {
      throw new Error(`Cannot seat anybody: ${this.#leaving.size} departures are not settled`);
    }
  }
}
