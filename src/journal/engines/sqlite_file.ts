// The file of a journal in SQLite.

import type { DatabaseSync } from "node:sqlite";
import type { JournalRecord, Snapshot } from "../mod.ts";
import type { AuditFile, AuditRow } from "./audit_writer.ts";
import type { FileContents, JournalFile, KeptRecord } from "./file_journal.ts";
import { orFileError } from "./journal_file_error.ts";
import { openDatabase, type OpenedDatabase } from "./open_database.ts";
import { prune, type Retention, rollBack, usedBytes } from "./retention.ts";

/** Records read at a time. */
const PAGE = 2_000;

const KEEP_ALL: Retention = { keepMs: Infinity, maxBytes: Infinity };

export class SqliteFile implements JournalFile, AuditFile {
  readonly path: string;
  readonly origin: OpenedDatabase["origin"];
  readonly mayLackRecords: boolean;
  #contents: FileContents | undefined;
  readonly #opened: OpenedDatabase;
  readonly #retention: Retention;
  readonly #addRecord;
  readonly #addSnapshot;
  readonly #addEntry;
  #lacks: boolean;
  #isSynced = false;

  /**
   * Opens the file, or creates it.
   *
   * @param now milliseconds since 1970
   * @throws {JournalFileError}
   */
  constructor(path: string, now: number, retention = KEEP_ALL) {
    this.path = path;
    this.#retention = retention;
    using opened = new DisposableStack();
    this.#opened = opened.use(openDatabase(path, now));
    const { database, origin } = this.#opened;
    this.origin = origin;
    try {
      this.#addRecord = database.prepare("INSERT INTO records VALUES (?, ?, ?)");
      this.#addSnapshot = database.prepare("INSERT INTO snapshots VALUES (?, ?, ?)");
      this.#addEntry = database.prepare("INSERT INTO audit (at, position, entry) VALUES (?, ?, ?)");
      this.mayLackRecords = database.prepare("SELECT may_lack FROM about").get()?.may_lack !== 0;
      const snapshot = newestSnapshot(database);
      this.#contents = { snapshot, records: [...readRecords(database, snapshot?.position ?? -1)] };
    } catch (error) {
      throw orFileError(path, error);
    }
    this.#lacks = this.mayLackRecords;
    opened.move();
  }

  get database(): DatabaseSync {
    return this.#opened.database;
  }

  get usedBytes(): number | undefined {
    try {
      return usedBytes(this.database);
    } catch {
      // The file is closed, or the disk fails: writing tells of that.
      return undefined;
    }
  }

  takeContents(): FileContents {
    const contents = this.#contents;
    if (contents === undefined) throw new Error(`The contents of ${this.path} have been taken`);
    this.#contents = undefined;
    return contents;
  }

  write(records: readonly KeptRecord[], snapshot: Snapshot | undefined, isSynced: boolean): void {
    this.#transact(isSynced, () => {
      for (const { position, at, record } of records) {
        this.#addRecord.run(position, at, JSON.stringify(record));
      }
      if (snapshot !== undefined) {
        this.#addSnapshot.run(snapshot.position, records.at(-1)!.at, JSON.stringify(snapshot));
      }
      if (this.#lacks) this.database.exec("UPDATE about SET may_lack = 0");
    });
    this.#lacks = false;
    if (snapshot !== undefined) this.prune(records.at(-1)!.at);
  }

  /** Not synced: a power failure may lose the last rows. */
  writeAudit(rows: readonly AuditRow[]): void {
    this.#transact(false, () => {
      for (const { at, position, json } of rows) this.#addEntry.run(at, position, json);
    });
  }

  /**
   * Deletes what is older than the retention allows. Called with each snapshot; also call it after writing many audit lines.
   *
   * @param now milliseconds since 1970
   */
  prune(now: number): void {
    try {
      prune(this.database, this.#retention, now);
    } catch {
      // The disk may be full, and deleting also needs space. A later call repeats it.
    }
  }

  close(): void {
    this.#opened[Symbol.dispose]();
  }

  #transact(isSynced: boolean, write: () => void): void {
    const { database } = this;
    if (isSynced !== this.#isSynced) {
      database.exec(`PRAGMA synchronous = ${isSynced ? "FULL" : "NORMAL"}`);
      this.#isSynced = isSynced;
    }
    database.exec("BEGIN IMMEDIATE");
    try {
      write();
      database.exec("COMMIT");
    } catch (error) {
      rollBack(database);
      throw error;
    }
  }
}

/** The newest snapshot at or before a position. */
export function newestSnapshot(
  database: DatabaseSync,
  atMost = Number.MAX_SAFE_INTEGER,
): Snapshot | undefined {
  const row = database.prepare(
    "SELECT state FROM snapshots WHERE position <= ? ORDER BY position DESC LIMIT 1",
  ).get(atMost);
  return row === undefined ? undefined : JSON.parse(row.state as string) as Snapshot;
}

/** The records after a position, in order. */
export function* readRecords(database: DatabaseSync, after: number): Iterable<KeptRecord> {
  // Not with iterate(), which in Deno 2.9 ends without an error where there is one.
  const statement = database.prepare(
    "SELECT position, at, record FROM records WHERE position > ? ORDER BY position LIMIT ?",
  );
  for (let last = after;;) {
    const rows = statement.all(last, PAGE) as unknown as { position: number; at: number; record: string }[];
    for (const { position, at, record } of rows) {
      yield { position, at, record: JSON.parse(record) as JournalRecord };
    }
    if (rows.length < PAGE) return;
    last = rows.at(-1)!.position;
  }
}
