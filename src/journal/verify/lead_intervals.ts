// The intervals in which a client with a lease may have led, by the times of the records. An interval begins when the client is
// connected at rank 0 and no lease is unknown. It ends when the client leaves, or when its lease ends after its connection has
// ended. No two intervals may overlap.

import type { Effect, JournalRecord, Position, RecordKind, RosterSeat, RosterState } from "../mod.ts";
import { Violation } from "./violation.ts";

interface Lease {
  /** The first ticket of the client, which keeps its lease when it yields. */
  readonly owner: Position;
  /** The latest time at which the records show that the server heard from the client. */
  heardAt: number;
  /** After the end of its connection: how long its program may run, by the records. */
  runsUntil: number;
  hasLed: boolean;
}

/** A client that has lost rank 0 while its program may still run. */
interface Stopping {
  readonly owner: Position;
  readonly name: string;
  readonly until: number;
}

/**
 * The server measures leases with a monotonic clock, from the arrival of bytes. The times of records come from the wall
 * clock, when the record is made. So shorter overlaps are ignored.
 */
const TOLERANCE_MS = 250;

/** Records that are caused by a message from the client. */
const BY_CLIENT: ReadonlySet<RecordKind> = new Set(["spoke", "claim", "confirm", "rename", "lease"]);

export class LeadIntervals {
  /** How many intervals have begun. */
  count = 0;
  /** How often the clock was set back: times from before and after it cannot be compared. */
  setBack = 0;
  readonly #leases = new Map<Position, Lease>();
  #stopping: Stopping[] = [];
  #leader: Position | undefined;
  #lastAt = -Infinity;

  /** @param seats of the snapshot that the records follow */
  constructor(seats: readonly RosterSeat[] = []) {
    for (const { ticket, client } of seats) if (client.leaseMs > 0) this.#leaseOf(ticket);
  }

  /**
   * Call it after each record was applied.
   *
   * @param at when the record was made, in ms
   * @param first the seat with rank 0
   * @throws {Violation} of G11
   */
  take(
    at: number,
    record: JournalRecord,
    effects: readonly Effect[],
    state: RosterState,
    first: RosterSeat | undefined,
  ): void {
    if (at < this.#lastAt) this.#forgetTimes();
    this.#lastAt = at;
    for (const effect of effects) this.#note(at, record, effect, state);
    if (first === undefined || !state.isComplete) return;
    if (first.client.leaseMs > 0 && !first.client.isAway) this.#leads(at, first, state.position);
  }

  #note(at: number, record: JournalRecord, effect: Effect, state: RosterState): void {
    switch (effect.kind) {
      case "started":
        for (const seat of effect.dropped) this.#end(seat, at + seat.client.leaseMs);
        // The server does not know when it last heard from these clients.
        for (const { ticket, client: { leaseMs } } of state.roster) {
          if (leaseMs > 0) this.#leaseOf(ticket).runsUntil = at + leaseMs;
        }
        return;
      case "seated":
        if (effect.seat.client.leaseMs > 0) this.#leaseOf(effect.seat.ticket).heardAt = at;
        return;
      case "changed": {
        const { ticket, client: { leaseMs } } = effect.seat;
        if (leaseMs === 0) return;
        const lease = this.#leaseOf(ticket);
        if (BY_CLIENT.has(record.kind)) lease.heardAt = at;
        if (record.kind !== "away") return;
        lease.runsUntil = Math.max(lease.heardAt + leaseMs, at + (record.leaseRestMs ?? 0));
        return;
      }
      case "left":
        // One that is away and leaves has sent its token: its program has ended.
        return this.#end(effect.seat, at, effect.hasLapsed);
      case "yielded": {
        const { before, seat } = effect;
        const lease = this.#leases.get(before.ticket);
        this.#end(before, at);
        if (lease !== undefined) this.#leases.set(seat.ticket, { ...lease, hasLed: false });
      }
    }
  }

  /** @param mayRun whether the program of a client that is away may still run */
  #end({ ticket, client: { name, isAway } }: RosterSeat, at: number, mayRun = true): void {
    const lease = this.#leases.get(ticket);
    if (lease === undefined) return;
    this.#leases.delete(ticket);
    const until = isAway && mayRun ? Math.max(at, lease.runsUntil) : at;
    if (lease.hasLed && until > this.#lastAt) this.#stopping.push({ owner: lease.owner, name, until });
  }

  #leads(at: number, { ticket, client: { name } }: RosterSeat, position: Position): void {
    const lease = this.#leaseOf(ticket);
    lease.hasLed = true;
    if (this.#leader === ticket) return;
    this.#leader = ticket;
    this.count++;
    this.#stopping = this.#stopping.filter(({ until }) => until > at);
    const other = this.#stopping.find(({ owner, until }) =>
      owner !== lease.owner && until > at + TOLERANCE_MS
    );
    if (other === undefined) return;
    throw new Violation(
      "G11",
      position,
      `${JSON.stringify(name)} (ticket ${ticket}) can lead ${other.until - at} ms before ` +
        `the lease of ${JSON.stringify(other.name)} (ticket ${other.owner}) ends`,
    );
  }

  #leaseOf(ticket: Position): Lease {
    const known = this.#leases.get(ticket);
    if (known !== undefined) return known;
    const lease = { owner: ticket, heardAt: -Infinity, runsUntil: -Infinity, hasLed: false };
    this.#leases.set(ticket, lease);
    return lease;
  }

  #forgetTimes(): void {
    this.setBack++;
    this.#stopping = [];
    for (const lease of this.#leases.values()) lease.heardAt = lease.runsUntil = -Infinity;
  }
}
