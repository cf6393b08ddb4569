// The same rules in their simplest form: plain objects that are searched as a whole each time. The tests compare the journal's
// state with it.

import type { Arrival, JournalRecord } from "../../src/journal/record.ts";
import type { RosterSeat } from "../../src/journal/roster_state.ts";

export class NaiveState {
  seats: RosterSeat[] = [];
  waiting: Arrival[] = [];
  capacity = 0;
  waitingCapacity = 0;
  epoch = 0;

  /** @returns whether the record was valid */
  apply(position: number, record: JournalRecord): boolean {
    const before = JSON.stringify([this.seats, this.capacity, this.waitingCapacity]);
    const isValid = this.#apply(position, record);
    const isChanged = before !== JSON.stringify([this.seats, this.capacity, this.waitingCapacity]);
    // A start is always a new epoch, and so is a change to the same value.
    if (isValid && (isChanged || ["start", "rename", "lease"].includes(record.kind))) this.epoch = position;
    return isValid;
  }

  #apply(position: number, record: JournalRecord): boolean {
    switch (record.kind) {
      case "start":
        this.capacity = record.capacity;
        this.waitingCapacity = record.waitingCapacity;
        this.seats = this.seats.slice(0, record.capacity).map((seat) => ({ ...seat, isAway: true }));
        this.waiting = [];
        return true;
      case "join": {
        const { kind: _, ...client } = record;
        if ([...this.seats, ...this.waiting].some(({ id }) => id === record.id)) return false;
        if (this.seats.length < this.capacity) this.#seat(position, client);
        else if (this.waiting.length < this.waitingCapacity) this.waiting.push(client);
        return true;
      }
      case "withdraw": {
        const rest = this.waiting.filter(({ id }) => id !== record.id);
        const isValid = rest.length < this.waiting.length;
        this.waiting = rest;
        return isValid;
      }
    }
    const seat = this.seats.find(({ ticket }) => ticket === record.ticket);
    if (seat === undefined || seat.n !== record.n) return false;
    const replace = (changes: Partial<RosterSeat>) => {
      this.seats = this.seats.map((one) => one === seat ? { ...seat, ...changes } : one);
      return true;
    };
    switch (record.kind) {
      case "leave":
        return this.#free(position, seat);
      case "lapse":
        return seat.isAway && this.#free(position, seat);
      case "away":
        return !seat.isAway && replace({ isAway: true });
      case "claim": {
        const { id, presented, hash } = record;
        if (seat.isEvicted || ![seat.hash, seat.usedHash].includes(presented)) return false;
        return replace({ id, hash, usedHash: presented, n: seat.n + 1, isAway: false });
      }
      case "yield": {
        this.seats = this.seats.filter((one) => one !== seat);
        const { usedHash: _, ...client } = seat;
        this.seats.push({ ...client, ticket: position, n: 0, hash: record.hash ?? seat.hash });
        return true;
      }
      case "evict":
        return !seat.isEvicted && replace({ isEvicted: true });
      case "rename":
        return replace({ name: record.name });
      case "lease":
        return replace({ leaseMs: Math.max(seat.leaseMs, record.leaseMs), hash: record.hash ?? seat.hash });
    }
  }

  #seat(position: number, client: Arrival): void {
    this.seats.push({ n: 0, isAway: false, isEvicted: false, ...client, ticket: position });
  }

  #free(position: number, seat: RosterSeat): true {
    this.seats = this.seats.filter((one) => one !== seat);
    if (this.seats.length < this.capacity && this.waiting.length > 0) {
      this.#seat(position, this.waiting.shift()!);
    }
    return true;
  }
}
