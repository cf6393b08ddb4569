// Seats in a SQLite file, so that they outlive the server, a SIGKILL included. What one turn of the server changes is one
// transaction, committed before anything is sent that relies on it. A disk that is full does not end the server: what
// could not be written is told, kept, and tried again.

import type { DatabaseSync } from "node:sqlite";
import { BehindMark } from "./behind_mark.ts";
import { openStoreFile, orStoreError } from "./open_store_file.ts";
import type { SeatRecord, SeatStore } from "./seat_store.ts";

/** The epoch in the file is ahead by up to so many, so that not every change of the roster has to be written. */
const EPOCHS_AHEAD = 1_000;
/** How long a store that could not be written is left alone, in ms. */
const RETRY_MS = 1_000;

export interface SeatStoreOptions {
  /** The least that the next ticket may be. */
  readonly firstTicket: number;
  /** Monotonic, in ms. */
  readonly now: () => number;
  /** Told each time when what is pending could not be written. */
  readonly onFailure: (message: string) => void;
}

/**
 * Opens the store at `path`, or makes it.
 *
 * @throws {SeatStoreError} when the file is there and is not a sound store of ours, or another server has it
 */
export function openSeatStore(path: string, options: SeatStoreOptions): SeatStore {
  const database = openStoreFile(path);
  try {
    return new SqliteSeatStore(database, new BehindMark(path), options);
  } catch (error) {
    database.close();
    throw orStoreError(path, error);
  }
}

class SqliteSeatStore implements SeatStore {
  readonly firstTicket: number;
  readonly lastEpoch: number;
  /** False for a new store, and after one that could not be written; until all that it may not know of is over. */
  readonly knowsItsPast: boolean;
  readonly #mark: BehindMark;
  readonly #database: DatabaseSync;
  readonly #options: SeatStoreOptions;
  readonly #records: readonly SeatRecord[];
  readonly #save;
  readonly #remove;
  readonly #saveCounters;
  /** Tickets of the seats in the file. */
  readonly #stored: Set<number>;
  /** Changes that are not in the file yet, by ticket; `undefined` where the seat is to go. */
  #pending = new Map<number, SeatRecord | undefined>();
  #lastTicket: number;
  #savedTicket: number;
  #knowsPast: number;
  #savedKnowsPast: number;
  #epochBound: number;
  #savedEpochBound: number;
  #retryAt = -Infinity;

  constructor(database: DatabaseSync, mark: BehindMark, options: SeatStoreOptions) {
    this.#database = database;
    this.#mark = mark;
    this.#options = options;
    if (mark.isSet) {
      database.exec("UPDATE counters SET knows_past = 0");
      mark.clear();
    }
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
    this.knowsItsPast = knowsPast !== 0;
    this.#knowsPast = this.#savedKnowsPast = knowsPast;
    this.#lastTicket = this.#savedTicket = ticket;
    this.firstTicket = Math.max(options.firstTicket, ticket + 1);
    this.lastEpoch = this.#epochBound = this.#savedEpochBound = epoch;
    this.#records = database.prepare(
      `SELECT ticket, token_hash AS tokenHash, name, ip, port, since, lease_ms AS leaseMs,
         earlier_hash AS earlierHash, is_evicted AS isEvicted
       FROM seats ORDER BY ticket`,
    ).all().map(toRecord);
    this.#stored = new Set(this.#records.map(({ ticket }) => ticket));
  }

  load(): readonly SeatRecord[] {
    return this.#records;
  }

  save(record: SeatRecord): void {
    this.#pending.set(record.ticket, record);
  }

  remove(ticket: number): void {
    // What never came into the file need not leave it, so that what is pending stays bounded by the seats.
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

  commit(): void {
    const isUnchanged = this.#pending.size === 0 && this.#lastTicket === this.#savedTicket &&
      this.#epochBound === this.#savedEpochBound && this.#knowsPast === this.#savedKnowsPast;
    if (isUnchanged || this.#options.now() < this.#retryAt) return;
    try {
      this.#write();
      this.#mark.clear();
    } catch (error) {
      this.#retryAt = this.#options.now() + RETRY_MS;
      const message = error instanceof Error ? error.message : String(error);
      const unmarked = this.#mark.set();
      const warning = "; a restart now could let two lead, for this cannot be noted either: ";
      this.#options.onFailure(unmarked === undefined ? message : `${message}${warning}${unmarked}`);
    }
  }

  close(): void {
    this.#retryAt = -Infinity;
    this.commit();
    this.#database.close();
  }

  #write(): void {
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
      if (record === undefined) this.#stored.delete(ticket);
      else this.#stored.add(ticket);
    }
    this.#pending = new Map();
    this.#savedTicket = this.#lastTicket;
    this.#savedEpochBound = this.#epochBound;
    this.#savedKnowsPast = this.#knowsPast;
  }

  #rollBack(): void {
    try {
      this.#database.exec("ROLLBACK");
    } catch {
      // SQLite has done so itself after some errors, and then there is nothing to undo.
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
