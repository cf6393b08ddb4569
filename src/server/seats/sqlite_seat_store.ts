// The file of a seat store as a SQLite database.

import type { DatabaseSync } from "node:sqlite";
import { DirtyMarker } from "./dirty_marker.ts";
import {
  FileSeatStore,
  type SeatChanges,
  type SeatCounters,
  type SeatFile,
  type SeatStoreOptions,
} from "./file_seat_store.ts";
import { openStoreFile, orStoreError } from "./open_store_file.ts";
import type { SeatRecord, SeatStore } from "./seat_store.ts";

export interface OpenOptions extends SeatStoreOptions {
  /** Called when the store is open; `isNew` when it was created. */
  readonly onOpened?: (isNew: boolean) => void;
}

/**
 * Opens the store at `path`, or creates it.
 *
 * @throws {SeatStoreError} when the file is not a valid store of rankserver, or another server uses it
 */
export function openSeatStore(path: string, options: OpenOptions): SeatStore {
  using opened = new DisposableStack();
  try {
    const { database, isNew } = openStoreFile(path);
    opened.defer(() => database.close());
    const store = new FileSeatStore(
      new SqliteFile(database),
      opened.use(new DirtyMarker(path, isNew)),
      options,
    );
    opened.move();
    options.onOpened?.(isNew);
    return store;
  } catch (error) {
    throw orStoreError(path, error);
  }
}

class SqliteFile implements SeatFile {
  readonly records: readonly SeatRecord[];
  readonly counters: SeatCounters;
  readonly #database: DatabaseSync;
  readonly #save;
  readonly #remove;
  readonly #saveCounters;
  #isSynced = false;

  constructor(database: DatabaseSync) {
    this.#database = database;
    this.#save = database.prepare(
      `INSERT OR REPLACE INTO seats
       VALUES (:ticket, :tokenHash, :name, :ip, :port, :since, :leaseMs, :earlierHash, :isEvicted)`,
    );
    this.#remove = database.prepare("DELETE FROM seats WHERE ticket = ?");
    this.#saveCounters = database.prepare(
      "UPDATE counters SET last_ticket = ?, last_epoch = ?, knows_past = ?",
    );
    this.counters = database.prepare(
      "SELECT last_ticket AS ticket, last_epoch AS epoch, knows_past AS knowsPast FROM counters",
    ).get() as unknown as SeatCounters;
    this.records = database.prepare(
      `SELECT ticket, token_hash AS tokenHash, name, ip, port, since, lease_ms AS leaseMs,
         earlier_hash AS earlierHash, is_evicted AS isEvicted
       FROM seats ORDER BY ticket`,
    ).all().map(toRecord);
  }

  write(changes: SeatChanges, { ticket, epoch, knowsPast }: SeatCounters, isSynced: boolean): void {
    this.#sync(isSynced);
    this.#database.exec("BEGIN");
    try {
      for (const [ticket, record] of changes) {
        if (record === undefined) this.#remove.run(ticket);
        else this.#save.run(toRow(record));
      }
      this.#saveCounters.run(ticket, epoch, knowsPast);
      this.#database.exec("COMMIT");
    } catch (error) {
      this.#rollBack();
      throw error;
    }
  }

  close(): void {
    this.#database.close();
  }

  /** Sets whether commits are synced to the disk before they return. */
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
