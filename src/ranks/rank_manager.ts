// Keeps the order of the seats. A ticket is a member's number in order of arrival and never changes; its rank is its current
// position in that order. Pure: it knows no connections and no clock, and returns changes instead of sending notifications.

/** A place in the roster. `ticket` never changes; only the {@linkcode RankManager} changes `rank`. */
export interface Seat<Member> {
  readonly ticket: number;
  readonly rank: number;
  /** The current holder. */
  readonly member: Member;
}

/** What the order depends on. */
export type Ranked = Pick<Seat<unknown>, "ticket" | "rank">;

/** The index of the seat with this ticket; -1 if there is none. @param seats in ticket order, so the search halves them */
export function indexOfTicket(seats: readonly Pick<Ranked, "ticket">[], ticket: number): number {
  let low = 0;
  let high = seats.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (seats[middle]!.ticket < ticket) low = middle + 1;
    else high = middle;
  }
  return seats[low]?.ticket === ticket ? low : -1;
}

/** A seat that moved up: it has its new rank, and `was` is the one before. */
export interface Promotion<S> {
  readonly seat: S;
  readonly was: number;
}

/** One change: the seats that are gone, and those that moved up because of it, in rank order. */
export interface RosterChange<S> {
  readonly departed: readonly S[];
  readonly promoted: readonly Promotion<S>[];
}

type WithRank = { rank: number };

const NO_DEPARTURES: RosterChange<never> = { departed: [], promoted: [] };

/**
 * Gives seats ranks in order of their tickets, and closes the gaps that departures leave.
 *
 * Arrivals and departures are recorded, and `settle` applies all of them as one change, so that each member moves at most
 * once, and thousands of departures take one pass. Until then, the roster stays as it is.
 */
export class RankManager<S extends Ranked> {
  readonly #seats: S[] = [];
  readonly #leaving = new Set<S>();
  /** Seats that are not in the roster yet; their ranks are those of places behind it. */
  #arriving: S[] = [];

  /**
   * The seats in ticket order, so that the index is the rank, as they were when it was settled last. Valid until it is
   * settled again.
   */
  get roster(): readonly S[] {
    return this.#seats;
  }

  /** All seats that are taken now, in ticket order. */
  get taken(): readonly S[] {
    if (this.isSettled) return this.#seats;
    return [...this.#seats, ...this.#arriving].filter((seat) => !this.#leaving.has(seat));
  }

  /** The number of seats that are taken now. */
  get size(): number {
    return this.#seats.length + this.#arriving.length - this.#leaving.size;
  }

  get isSettled(): boolean {
    return this.#leaving.size === 0 && this.#arriving.length === 0;
  }

  /**
   * Records an arrival: a seat below all others.
   *
   * @throws {Error} when its ticket is not higher than those of all others
   */
  append(seat: S): void {
    const last = (this.#arriving.at(-1) ?? this.#seats.at(-1))?.ticket ?? -Infinity;
    if (seat.ticket <= last) throw new Error(`Cannot seat ticket ${seat.ticket}: ${last} is seated already`);
    (seat as WithRank).rank = this.#seats.length + this.#arriving.length;
    this.#arriving.push(seat);
  }

  /** The seat with this ticket, unless it has left. */
  find(ticket: number): S | undefined {
    const seat = this.#seats[indexOfTicket(this.#seats, ticket)] ??
      this.#arriving[indexOfTicket(this.#arriving, ticket)];
    return seat === undefined || this.#leaving.has(seat) ? undefined : seat;
  }

  /** Records a departure. False when the seat has left before. */
  leave(seat: S): boolean {
    if (!this.isSeated(seat)) return false;
    this.#leaving.add(seat);
    return true;
  }

  /** Whether a seat is taken, and no departure from it is recorded. */
  isSeated(seat: S): boolean {
    const { rank } = seat;
    const current = this.#seats[rank] ?? this.#arriving[rank - this.#seats.length];
    return current === seat && !this.#leaving.has(seat);
  }

  /** Applies what is recorded as one change; `undefined` when there is nothing. */
  settle(): RosterChange<S> | undefined {
    if (this.isSettled) return undefined;
    const change = this.#leaving.size === 0 ? NO_DEPARTURES : this.#closeGaps();
    for (const seat of this.#arriving) {
      if (this.#leaving.has(seat)) continue;
      (seat as WithRank).rank = this.#seats.length;
      this.#seats.push(seat);
    }
    this.#arriving = [];
    this.#leaving.clear();
    return change;
  }

  #closeGaps(): RosterChange<S> {
    const known = this.#seats.length;
    // Nobody was told of a seat that has come and gone since.
    const departed = [...this.#leaving].filter((seat) => seat.rank < known).sort((a, b) =>
      a.ticket - b.ticket
    );
    const promoted: Promotion<S>[] = [];
    let rank = departed[0]?.rank ?? known;
    for (let was = rank; was < known; was++) {
      const seat = this.#seats[was]!;
      if (this.#leaving.has(seat)) continue;
      (seat as WithRank).rank = rank;
      this.#seats[rank++] = seat;
      promoted.push({ seat, was });
    }
    this.#seats.length = rank;
    return { departed, promoted };
  }
}
