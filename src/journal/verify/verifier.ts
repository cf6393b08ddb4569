// Replays a journal and checks the guarantees after each record. Throws the first violation.

import {
  type Effect,
  type JournalRecord,
  type KeptEntry,
  type Position,
  ReplayedRoster,
  RosterState,
  type SavedSeat,
  type Snapshot,
} from "../mod.ts";
import { checkCounts, checkSender } from "./check_entry.ts";
import { LeadIntervals } from "./lead_intervals.ts";
import { Violation } from "./violation.ts";

/** What was checked so far. */
export interface Proof {
  /** The position before the first record: of the oldest snapshot, or 0. */
  readonly from: Position;
  readonly to: Position;
  readonly records: number;
  /** Records that were void: they changed nothing. */
  readonly void: number;
  /** Starts of a server. */
  readonly starts: number;
  /** Tickets that were assigned. */
  readonly tickets: number;
  readonly maxSeats: number;
  readonly snapshots: number;
  readonly runs: number;
  /** Executors of runs. */
  readonly executors: number;
  /** Commands without answers. */
  readonly commands: number;
  /** Runs and commands from before the oldest snapshot: the seats at that time are no longer known. */
  readonly unplaced: number;
  /** Entries that the server could not write. */
  readonly lost: number;
  readonly leads: number;
  readonly clockSetBack: number;
}

type Counts = { -readonly [Key in keyof Proof]: Proof[Key] };

export class Verifier {
  readonly #roster: ReplayedRoster;
  readonly #state: RosterState;
  readonly #leads: LeadIntervals;
  readonly #counts: Counts;
  #hasBegun: boolean;
  #lastTicket = 0;

  /**
   * @param base the snapshot that the first record follows; absent: there is none before it
   * @throws {Violation}
   */
  constructor(base: Snapshot | undefined) {
    if (base !== undefined) checkSeats(base);
    this.#state = base === undefined ? new RosterState(undefined) : RosterState.fromSnapshot(base, undefined);
    this.#roster = new ReplayedRoster(this.#state, checkRanks);
    this.#leads = new LeadIntervals(this.#state.roster);
    this.#hasBegun = base !== undefined;
    this.#lastTicket = this.#state.roster.at(-1)?.ticket ?? 0;
    const from = this.#state.position;
    this.#counts = {
      from,
      to: from,
      records: 0,
      void: 0,
      starts: 0,
      tickets: 0,
      maxSeats: this.#state.size,
      snapshots: Number(base !== undefined),
      runs: 0,
      executors: 0,
      commands: 0,
      unplaced: 0,
      lost: 0,
      leads: 0,
      clockSetBack: 0,
    };
  }

  get proof(): Proof {
    const { count: leads, setBack: clockSetBack } = this.#leads;
    return { ...this.#counts, to: this.#state.position, leads, clockSetBack };
  }

  /** The next record. @throws {Violation} */
  record(position: Position, at: number, record: JournalRecord): void {
    this.#checkOrder(position, record);
    const effects = this.#roster.apply(position, record);
    const counts = this.#counts;
    counts.records++;
    counts.starts += Number(record.kind === "start");
    counts.void += Number(effects[0]?.kind === "void");
    for (const effect of effects) this.#checkTicket(position, effect);
    this.#checkRoom(position);
    this.#leads.take(at, record, effects, this.#state, this.#roster.first);
  }

  /** A snapshot, after the record at its position. @throws {Violation} */
  snapshot(position: Position, snapshot: Snapshot): void {
    const { position: at } = this.#state;
    this.#roster.settle();
    if (position !== at || snapshot.position !== at) {
      throw new Violation("snapshot", position, "A snapshot without a record at its position");
    }
    checkSeats(snapshot);
    if (canonical(snapshot) !== canonical(this.#state.toSnapshot())) {
      throw new Violation("snapshot", position, "A snapshot differs from the state after the records");
    }
    this.#counts.snapshots++;
  }

  /** An entry of the audit, after the record and the snapshot at its position. @throws {Violation} */
  entry({ position, entry, count }: KeptEntry): void {
    const counts = this.#counts;
    if (entry.kind === "lost") counts.lost += count;
    if (entry.kind !== "run" && entry.kind !== "command") return;
    if (entry.kind === "run") {
      checkCounts(entry, position);
      counts.runs++;
      counts.executors += entry.executors.length;
    } else counts.commands += count;
    if (position < counts.from) counts.unplaced++;
    else if (position !== this.#state.position) {
      throw new Violation("G4", position, "A command was sent at a position without a record");
    } else {
      this.#roster.settle();
      checkSender(this.#state, entry, position);
    }
  }

  #checkOrder(position: Position, record: JournalRecord): void {
    const last = this.#state.position;
    if (!this.#hasBegun && record.kind !== "start") {
      throw new Violation("order", position, "The records before it are missing");
    }
    // After a start, positions continue from the clock.
    if (record.kind === "start" ? position <= last : position !== last + 1) {
      throw new Violation("order", position, `The records after position ${last} are missing`);
    }
    this.#hasBegun = true;
  }

  /** G10: a ticket is higher than all before, and the position of its record. */
  #checkTicket(position: Position, effect: Effect): void {
    if (effect.kind !== "seated" && effect.kind !== "yielded") return;
    const { ticket } = effect.seat;
    const rank = this.#roster.rankOf(effect.seat);
    if (ticket !== position || ticket <= this.#lastTicket) {
      throw new Violation("G10", position, `Ticket ${ticket} was assigned after ticket ${this.#lastTicket}`);
    }
    if (rank !== this.#state.size - 1) {
      throw new Violation("G2", position, `The new ticket ${ticket} has rank ${rank}`);
    }
    this.#lastTicket = ticket;
    this.#counts.tickets++;
  }

  /** G3 */
  #checkRoom(position: Position): void {
    const { size, capacity, waiting, waitingCapacity } = this.#state;
    this.#counts.maxSeats = Math.max(this.#counts.maxSeats, size);
    if (size > capacity) {
      throw new Violation("G3", position, `More seats are taken (${size}) than there are (${capacity})`);
    }
    if (waiting.size > waitingCapacity) {
      throw new Violation(
        "G3",
        position,
        `More clients wait (${waiting.size}) than there are places (${waitingCapacity})`,
      );
    }
  }
}

/** G1 and G2, whenever seats have moved up: the rank of a seat is its index in the order of tickets. */
function checkRanks({ roster, position }: RosterState): void {
  let last = -1;
  for (const [index, { rank, ticket }] of roster.entries()) {
    if (rank !== index) throw new Violation("G1", position, `Rank ${index} is missing`);
    if (ticket <= last) throw new Violation("G2", position, `Ticket ${ticket} is after ${last}`);
    last = ticket;
  }
}

/** Of a snapshot, before it is used. */
function checkSeats({ position, capacity, seats }: Snapshot): void {
  if (seats.length > capacity) {
    throw new Violation(
      "G3",
      position,
      `A snapshot has more seats (${seats.length}) than there are (${capacity})`,
    );
  }
  let last: SavedSeat | undefined;
  const ids = new Set<string>();
  for (const seat of seats) {
    if (seat.ticket <= (last?.ticket ?? 0) || seat.ticket > position) {
      const before = last === undefined ? "" : ` after ${last.ticket}`;
      throw new Violation("G10", position, `A snapshot has ticket ${seat.ticket}${before}`);
    }
    if (ids.has(seat.id)) throw new Violation("G1", position, "A snapshot has the same client twice");
    ids.add(seat.id);
    last = seat;
  }
}

/** As text that does not depend on the order of the fields. */
function canonical(value: unknown): string {
  return JSON.stringify(value, (_, field) => {
    if (typeof field !== "object" || field === null || Array.isArray(field)) return field;
    return Object.fromEntries(Object.entries(field).sort(([a], [b]) => a < b ? -1 : 1));
  });
}
