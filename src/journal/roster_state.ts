// The state that records lead to: who has which seat, and who waits. It is changed by apply.ts alone. Departures leave gaps
// that are closed once for many records, so that thousands of departures together take one pass.

import type { Arrival, Position } from "./record.ts";

/** A seat. Its rank is the number of seats with a lower ticket. */
export interface RosterSeat extends Arrival {
  readonly ticket: Position;
  /** How often it was claimed. */
  readonly n: number;
  /** Of the token that was used last, which stays valid until the next claim: the answer with the new one may be lost. */
  readonly usedHash?: string | undefined;
  readonly isAway: boolean;
  readonly isEvicted: boolean;
}

/** A seat that is higher than before, and both ranks. */
export interface Promotion {
  readonly seat: RosterSeat;
  readonly rank: number;
  readonly was: number;
}

/** What the records since the last time amount to. */
export interface Settled {
  readonly epoch: Position;
  /** In rank order. */
  readonly promoted: readonly Promotion[];
  /** Whether the places of those that wait have changed. */
  readonly hasWaitingMoved: boolean;
}

/** The state as plain data. */
export interface Snapshot {
  readonly version: number;
  /** Of the last record that it contains. */
  readonly position: Position;
  readonly epoch: Position;
  readonly capacity: number;
  readonly waitingCapacity: number;
  readonly seats: readonly RosterSeat[];
  readonly waiting: readonly Arrival[];
}

/** A place in the array; `seat` is absent where one has left since the gaps were closed. */
interface Slot {
  seat: RosterSeat | undefined;
  readonly ticket: Position;
}

export class RosterState {
  #version = 0;
  #position: Position = 0;
  #epoch: Position = 0;
  #capacity = 0;
  #waitingCapacity = 0;
  /** By ticket. */
  #slots: Slot[] = [];
  readonly #ticketById = new Map<string, Position>();
  readonly #waiting = new Map<string, Arrival>();
  /** The index of the first gap. */
  #firstGap = Infinity;
  #gaps = 0;
  #leases = 0;
  #hasWaitingMoved = false;

  /** Of the last record that was applied. */
  get position(): Position {
    return this.#position;
  }

  /** The position of the last record that changed the roster. */
  get epoch(): Position {
    return this.#epoch;
  }

  get capacity(): number {
    return this.#capacity;
  }

  get waitingCapacity(): number {
    return this.#waitingCapacity;
  }

  /** The number of seats that are taken. */
  get size(): number {
    return this.#slots.length - this.#gaps;
  }

  /** Seats with a lease. */
  get leases(): number {
    return this.#leases;
  }

  get waitingSize(): number {
    return this.#waiting.size;
  }

  /** In ticket order, so that the index is the rank. */
  get seats(): readonly RosterSeat[] {
    return this.#slots.flatMap(({ seat }) => seat ?? []);
  }

  get waiting(): readonly Arrival[] {
    return [...this.#waiting.values()];
  }

  seatOf(ticket: Position): RosterSeat | undefined {
    return this.#slots[this.#indexOf(ticket)]?.seat;
  }

  seatById(id: string): RosterSeat | undefined {
    const ticket = this.#ticketById.get(id);
    return ticket === undefined ? undefined : this.seatOf(ticket);
  }

  waits(id: string): boolean {
    return this.#waiting.has(id);
  }

  /** @throws {Error} when the position is not higher than the last one: records must not be applied twice */
  advance(position: Position): void {
    if (position <= this.#position) {
      throw new Error(`Cannot apply the record at ${position}: the state is at ${this.#position}`);
    }
    this.#position = position;
  }

  /** A server's life begins: no client of an earlier one is connected. Seats beyond the capacity are given up. */
  begin(version: number, capacity: number, waitingCapacity: number): readonly RosterSeat[] {
    const seats = this.seats;
    this.#version = version;
    this.#capacity = capacity;
    this.#waitingCapacity = waitingCapacity;
    this.#waiting.clear();
    this.#fill(seats.slice(0, capacity).map((seat) => ({ ...seat, isAway: true })));
    this.#epoch = this.#position;
    return seats.slice(capacity);
  }

  /** A seat behind all others; its ticket is the current position. */
  seat(client: Arrival & Pick<Partial<RosterSeat>, "n" | "isAway" | "isEvicted">): RosterSeat {
    const seat: RosterSeat = { n: 0, isAway: false, isEvicted: false, ...client, ticket: this.#position };
    this.#slots.push({ seat, ticket: seat.ticket });
    this.#ticketById.set(seat.id, seat.ticket);
    this.#leases += Number(seat.leaseMs > 0);
    this.#epoch = this.#position;
    return seat;
  }

  /** Replaces what is known of a seat. */
  change(seat: RosterSeat, changes: Partial<Omit<RosterSeat, "ticket">>): RosterSeat {
    const slot = this.#slots[this.#indexOf(seat.ticket)]!;
    const changed = { ...seat, ...changes };
    if (changed.id !== seat.id) {
      this.#ticketById.delete(seat.id);
      this.#ticketById.set(changed.id, seat.ticket);
    }
    slot.seat = changed;
    this.#leases += Number(changed.leaseMs > 0) - Number(seat.leaseMs > 0);
    this.#epoch = this.#position;
    return changed;
  }

  remove(seat: RosterSeat): void {
    const index = this.#indexOf(seat.ticket);
    this.#slots[index]!.seat = undefined;
    if (this.#ticketById.get(seat.id) === seat.ticket) this.#ticketById.delete(seat.id);
    this.#leases -= Number(seat.leaseMs > 0);
    this.#gaps++;
    this.#firstGap = Math.min(this.#firstGap, index);
    this.#epoch = this.#position;
  }

  addWaiting(client: Arrival): void {
    this.#waiting.set(client.id, client);
  }

  removeWaiting(id: string): boolean {
    const isRemoved = this.#waiting.delete(id);
    this.#hasWaitingMoved ||= isRemoved;
    return isRemoved;
  }

  /** The client that has waited longest; it waits no more. */
  takeFirstWaiting(): Arrival | undefined {
    const [first] = this.#waiting.values();
    if (first !== undefined) this.removeWaiting(first.id);
    return first;
  }

  /** Closes the gaps, and says who moved up since it was called last. */
  settle(): Settled {
    const hasWaitingMoved = this.#hasWaitingMoved;
    this.#hasWaitingMoved = false;
    const promoted: Promotion[] = [];
    if (this.#gaps > 0) {
      const slots = this.#slots;
      let rank = this.#firstGap;
      for (let was = rank; was < slots.length; was++) {
        const slot = slots[was]!;
        if (slot.seat === undefined) continue;
        slots[rank] = slot;
        // One that has come since had no rank before.
        if (was < this.#settledLength) promoted.push({ seat: slot.seat, rank, was });
        rank++;
      }
      slots.length = rank;
      this.#gaps = 0;
      this.#firstGap = Infinity;
    }
    this.#settledLength = this.#slots.length;
    return { epoch: this.#epoch, promoted, hasWaitingMoved };
  }

  /** How many slots there were when the gaps were closed last. */
  #settledLength = 0;

  toSnapshot(): Snapshot {
    return {
      version: this.#version,
      position: this.#position,
      epoch: this.#epoch,
      capacity: this.#capacity,
      waitingCapacity: this.#waitingCapacity,
      seats: this.seats,
      waiting: this.waiting,
    };
  }

  static fromSnapshot(
    { version, position, epoch, capacity, waitingCapacity, seats, waiting }: Snapshot,
  ): RosterState {
    const state = new RosterState();
    state.#version = version;
    state.#position = position;
    state.#epoch = epoch;
    state.#capacity = capacity;
    state.#waitingCapacity = waitingCapacity;
    state.#fill(seats);
    for (const client of waiting) state.addWaiting(client);
    return state;
  }

  #fill(seats: readonly RosterSeat[]): void {
    this.#slots = seats.map((seat) => ({ seat, ticket: seat.ticket }));
    this.#ticketById.clear();
    for (const { id, ticket } of seats) this.#ticketById.set(id, ticket);
    this.#gaps = 0;
    this.#firstGap = Infinity;
    this.#leases = seats.reduce((sum, { leaseMs }) => sum + Number(leaseMs > 0), 0);
    this.#settledLength = this.#slots.length;
  }

  #indexOf(ticket: Position): number {
    let low = 0;
    let high = this.#slots.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.#slots[middle]!.ticket < ticket) low = middle + 1;
      else high = middle;
    }
    return this.#slots[low]?.ticket === ticket ? low : -1;
  }
}
