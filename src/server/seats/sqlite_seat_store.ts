// Stores seats in a SQLite file, so that they survive the server, even if it is killed. All changes between two batches of
// writes are one transaction, committed before anything is sent that relies on it, and synced to the disk while any seat has
// a lease. A full disk does not stop the server: failed changes are reported, kept in memory, and retried.

import type { DatabaseSync } from "node:sqlite";
import { DirtyMarker } from "./dirty_marker.ts";
import { openStoreFile, orStoreError } from "./open_store_file.ts";
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
  /** Called when it is open: whether it was created now. */
  readonly onOpened?: (isNew: boolean) => void;
  /** Called when writing begins to fail, and again when the consequences for leases have changed. */
  readonly onFailure: (message: string) => void;
  /** Called when everything has been written after a failure. */
  readonly onRecovery: () => void;
}

/**
 * Opens the store at `path`, or creates it.
 *
 * @throws {SeatStoreError} when the file is not a valid store of rankserver, or another server uses it
 */
export function openSeatStore(path: string, options: SeatStoreOptions): SeatStore {
  using opened = new DisposableStack();
  try {
    const { database, isNew } = openStoreFile(path);
    opened.defer(() => database.close());
    const store = new SqliteSeatStore(database, opened.use(new DirtyMarker(path, isNew)), options);
    opened.move();
    options.onOpened?.(isNew);
    return store;
  } catch (error) {
    throw orStoreError(path, error);
  }
}

/** The consequence of a failed write for leases: whether at least the store is marked as dirty. */
type Trouble = "none" | "marked" | "unmarked";

const CONSEQUENCES = {
  marked: "retrying every second; after a restart before then, no client may lead for session.lease_max_ms",
  unmarked: "clients with a lease are disconnected until a write succeeds",
} satisfies Record<Exclude<Trouble, "none">, string>;

class SqliteSeatStore implements SeatStore {
  readonly firstTicket: number;
  readonly lastEpoch: number;
  /** False for a new store and after failed writes, until every lease that it may not contain has ended. */
  readonly knowsAllLeases: boolean;
  readonly #marker: DirtyMarker;
  readonly #database: DatabaseSync;
  readonly #options: SeatStoreOptions;
  readonly #records: readonly SeatRecord[];
  readonly #save;
  readonly #remove;
  readonly #saveCounters;
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
  #isSynced = false;

  constructor(database: DatabaseSync, marker: DirtyMarker, options: SeatStoreOptions) {
    this.#database = database;
    this.#marker = marker;
    this.#options = options;
    this.#save = database.prepare(
      `INSERT OR REPLACE INTO seats
       VALUES (:ticket, :tokenHash, :name, :ip, :port, :since, :leaseMs, :earlierHash, :isEvicted)`,
    );
    this.#remove = database.prepare("DELETE FROM seats WHERE ticket = ?");
    this.#saveCounters = database.prepare(
      "UPDATE counters SET last_ticket = ?, last_epoch = ?, knows_past = ?",
    );
    const counters = database.prepare(
      "SELECT last_ticket AS ticket, last_epoch AS epoch, knows_past AS knowsPast FROM counters",
    ).get();
    const { ticket, epoch, knowsPast } = counters as Record<"ticket" | "epoch" | "knowsPast", number>;
    this.knowsAllLeases = knowsPast !== 0 && !marker.isSet;
    this.#knowsPast = Number(this.knowsAllLeases);
    this.#savedKnowsPast = knowsPast;
    this.#lastTicket = this.#savedTicket = ticket;
    this.firstTicket = Math.max(options.firstTicket, ticket + 1);
    this.lastEpoch = this.#epochBound = this.#savedEpochBound = epoch;
    this.#records = database.prepare(
      `SELECT ticket, token_hash AS tokenHash, name, ip, port, since, lease_ms AS leaseMs,
         earlier_hash AS earlierHash, is_evicted AS isEvicted
       FROM seats ORDER BY ticket`,
    ).all().map(toRecord);
    for (const record of this.#records) this.#noteStored(record);
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
    this.#database.close();
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
    this.#sync(this.#marker.isSet || this.#isAboutLeases);
    this.#database.exec("BEGIN");
    try {
      for (const [ticket, record] of this.#pending) {
        if (record === undefined) this.#remove.run(ticket);
        else this.#save.run(toRow(record));
      }
      this.#saveCounters.run(this.#lastTicket, this.#epochBound, this.#knowsPast);
      this.#database.exec("COMMIT");
    } catch (error) {
      this.#rollBack();
      throw error;
    }
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

  /**
   * Sets whether commits are on the disk when they return. Without, they survive a crash of the process but not always a
   * power failure, which is enough when the file contains no lease: nothing that is lost lets two clients lead.
   */
  #sync(isSynced: boolean): void {
    if (isSynced === this.#isSynced) return;
    this.#database.exec(`PRAGMA synchronous = ${isSynced ? "FULL" : "NORMAL"}`);
    this.#isSynced = isSynced;
  }

  #rollBack(): void {
    try {
      this.#database.exec("ROLLBACK");
    } catch {
      // After some errors, SQLite has rolled back already.
    }
  }
}

type Row = Omit<SeatRecord, "earlierHash" | "isEvicted"> & {
  readonly earlierHash: string | null;
  readonly isEvicted: number;
};

function toRecord(row: unknown): SeatRecord {
  const { earlierHash, isEvicted, ...record } = row as Row;
  return { ...record, earlierHash: earlierHash ?? undefined, isEvicted: isEvicted !== 0 };
}

function toRow({ earlierHash, isEvicted, ...record }: SeatRecord): Row {
  return { ...record, earlierHash: earlierHash ?? null, isEvicted: Number(isEvicted) };
}
