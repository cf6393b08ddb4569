// Stores seats in a file, so that they survive the server, even if it is killed. All changes between two batches of
// writes are one transaction, committed before anything is sent that relies on it, and synced to the disk while any seat has
// a lease. A full disk does not stop the server: failed changes are reported, kept in memory, and retried.

import type { SeatRecord, SeatStore } from "./seat_store.ts";

/** The stored epoch may be this far ahead, so that not every change of the roster has to be written. */
const EPOCHS_AHEAD = 1_000;
/** How long to wait before writing is tried again after a failure, in ms. */
const RETRY_MS = 1_000;

export interface SeatStoreOptions {
  /** The lowest number for the next ticket. */
  readonly firstTicket: number;
  /** Monotonic, in ms. */
  readonly now: () => number;
  /** Called when writing begins to fail, and again when the consequences for leases have changed. */
  readonly onFailure: (message: string) => void;
  /** Called when everything has been written after a failure. */
  readonly onRecovery: () => void;
}

/** Numbers that are stored with the seats. */
export interface SeatCounters {
  /** The highest ticket that was issued. */
  readonly ticket: number;
  /** At least the highest epoch that was used. */
  readonly epoch: number;
  /** 1: all leases are in the file; 0: some may be unknown. */
  readonly knowsPast: number;
}

/** Seats by ticket; `undefined` for a seat that is removed. */
export type SeatChanges = ReadonlyMap<number, SeatRecord | undefined>;

/** A file of seats that changes in transactions. */
export interface SeatFile {
  /** What it contained when it was opened, in ticket order. */
  readonly records: readonly SeatRecord[];
  readonly counters: SeatCounters;
  /**
   * Writes everything in one transaction, which survives this process and, with `isSynced`, a power failure.
   *
   * @throws {Error} when it cannot be written; then nothing is
   */
  write(changes: SeatChanges, counters: SeatCounters, isSynced: boolean): void;
  close(): void;
}

/** Marks the file as incomplete: something that clients were promised could not be written to it. */
export interface DirtyMark extends Disposable {
  readonly isSet: boolean;
  /** @returns the reason when it cannot be set */
  set(): string | undefined;
  clear(): void;
}

/** The consequence of a failed write for leases: whether at least the store is marked as dirty. */
type Trouble = "none" | "marked" | "unmarked";

const CONSEQUENCES = {
  marked: "retrying every second; after a restart before then, no client may lead for session.lease_max_ms",
  unmarked: "clients with a lease are disconnected until a write succeeds",
} satisfies Record<Exclude<Trouble, "none">, string>;

export class FileSeatStore implements SeatStore {
  readonly firstTicket: number;
  readonly lastEpoch: number;
  /** False for a new store and after failed writes, until every lease that it may not contain has ended. */
  readonly knowsAllLeases: boolean;
  readonly #marker: DirtyMark;
  readonly #file: SeatFile;
  readonly #options: SeatStoreOptions;
  readonly #records: readonly SeatRecord[];
  /** Tickets of the seats in the file, and of those with a lease. */
  readonly #stored = new Set<number>();
  readonly #leased = new Set<number>();
  /** Changes that are not in the file yet, by ticket; `undefined` for a seat that is removed. */
  #pending = new Map<number, SeatRecord | undefined>();
  #lastTicket: number;
  #savedTicket: number;
  #knowsPast: number;
  #savedKnowsPast: number;
  #epochBound: number;
  #savedEpochBound: number;
  #retryAt = -Infinity;
  #trouble: Trouble = "none";

  constructor(file: SeatFile, marker: DirtyMark, options: SeatStoreOptions) {
    this.#file = file;
    this.#marker = marker;
    this.#options = options;
    const { ticket, epoch, knowsPast } = file.counters;
    this.knowsAllLeases = knowsPast !== 0 && !marker.isSet;
    this.#knowsPast = Number(this.knowsAllLeases);
    this.#savedKnowsPast = knowsPast;
    this.#lastTicket = this.#savedTicket = ticket;
    this.lastEpoch = this.#epochBound = this.#savedEpochBound = epoch;
    for (const record of file.records) this.#noteStored(record);
    const nextTicket = Math.max(options.firstTicket, ticket + 1);
    // The file may still have a seat whose member has left, while a later rank 0 has had a higher ticket.
    this.#records = marker.isSet ? this.#renumber(file.records, nextTicket) : file.records;
    this.firstTicket = marker.isSet ? nextTicket + this.#records.length : nextTicket;
  }

  /** Gives all seats new tickets, in the same order. */
  #renumber(records: readonly SeatRecord[], firstTicket: number): readonly SeatRecord[] {
    const renumbered = records.map((record, i) => ({ ...record, ticket: firstTicket + i }));
    for (const { ticket } of records) this.remove(ticket);
    for (const record of renumbered) {
      this.save(record);
      this.noteTicket(record.ticket);
    }
    return renumbered;
  }

  load(): readonly SeatRecord[] {
    return this.#records;
  }

  save(record: SeatRecord): void {
    this.#pending.set(record.ticket, record);
  }

  remove(ticket: number): void {
    // A seat that is not in the file need not be removed from it; this bounds the pending changes by the number of seats.
    if (this.#stored.has(ticket)) this.#pending.set(ticket, undefined);
    else this.#pending.delete(ticket);
  }

  noteTicket(ticket: number): void {
    this.#lastTicket = Math.max(this.#lastTicket, ticket);
  }

  noteEpoch(epoch: number): void {
    if (epoch > this.#epochBound) this.#epochBound = epoch + EPOCHS_AHEAD;
  }

  notePastOver(): void {
    this.#knowsPast = 1;
  }

  commit(): boolean {
    if (this.#isUnchanged && !this.#marker.isSet) return true;
    if (this.#options.now() < this.#retryAt) return this.#marker.isSet;
    try {
      this.#write();
    } catch (error) {
      this.#retryAt = this.#options.now() + RETRY_MS;
      this.#failed(error);
      return this.#marker.isSet;
    }
    this.#marker.clear();
    if (this.#trouble !== "none") this.#options.onRecovery();
    this.#trouble = "none";
    return true;
  }

  close(): void {
    this.#retryAt = -Infinity;
    this.commit();
    this.#file.close();
    this.#marker[Symbol.dispose]();
  }

  get #isUnchanged(): boolean {
    return this.#pending.size === 0 && this.#lastTicket === this.#savedTicket &&
      this.#epochBound === this.#savedEpochBound && this.#knowsPast === this.#savedKnowsPast;
  }

  #failed(error: unknown): void {
    const message = error instanceof Error ? error.message : String(error);
    const unmarked = this.#marker.set();
    const trouble = unmarked === undefined ? "marked" : "unmarked";
    if (trouble === this.#trouble) return;
    this.#trouble = trouble;
    const also = unmarked === undefined ? "" : `; cannot write the marker file either: ${unmarked}`;
    this.#options.onFailure(`${message}${also}; ${CONSEQUENCES[trouble]}`);
  }

  #write(): void {
    const counters = { ticket: this.#lastTicket, epoch: this.#epochBound, knowsPast: this.#knowsPast };
    // Without a sync, a commit survives a crash of the process but not always a power failure. That is enough while no seat
    // has a lease: no loss lets two clients lead.
    this.#file.write(this.#pending, counters, this.#marker.isSet || this.#isAboutLeases);
    for (const [ticket, record] of this.#pending) {
      this.#stored.delete(ticket);
      this.#leased.delete(ticket);
      if (record !== undefined) this.#noteStored(record);
    }
    this.#pending = new Map();
    this.#savedTicket = this.#lastTicket;
    this.#savedEpochBound = this.#epochBound;
    this.#savedKnowsPast = this.#knowsPast;
  }

  #noteStored({ ticket, leaseMs }: SeatRecord): void {
    this.#stored.add(ticket);
    if (leaseMs > 0) this.#leased.add(ticket);
  }

  /** Whether a seat with a lease is in the file or about to be. */
  get #isAboutLeases(): boolean {
    if (this.#leased.size > 0) return true;
    for (const record of this.#pending.values()) if (record !== undefined && record.leaseMs > 0) return true;
    return false;
  }
}
