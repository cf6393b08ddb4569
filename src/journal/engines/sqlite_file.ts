// The file of a journal in SQLite. An existing file that is not a valid journal is refused and left unchanged.

import { DatabaseSync } from "node:sqlite";
import type { JournalRecord, Snapshot } from "../mod.ts";
import type { JournalFile, KeptRecord } from "./file_journal.ts";

/** The file is not a journal of rankserver, is damaged, in use, or cannot be opened. It was not changed. */
export class JournalFileError extends Error {
  override readonly name = "JournalFileError";
}

/** Identifies a journal of rankserver in the file's header (SQLite's PRAGMA application_id). */
const APPLICATION_ID = 0x72616e6a;
const SCHEMA_VERSION = 1;

const SCHEMA = `
  CREATE TABLE records (position INTEGER PRIMARY KEY, at INTEGER NOT NULL, record TEXT NOT NULL) STRICT;
  CREATE TABLE snapshots (position INTEGER PRIMARY KEY, at INTEGER NOT NULL, state TEXT NOT NULL) STRICT;
  PRAGMA application_id = ${APPLICATION_ID};
  PRAGMA user_version = ${SCHEMA_VERSION};
`;

/** @throws {JournalFileError} */
export function openJournalFile(path: string): JournalFile {
  let database: DatabaseSync | undefined;
  try {
    database = new DatabaseSync(path);
    // The lock is held until the file is closed, so that two servers never use the same file.
    database.exec("PRAGMA busy_timeout = 0; PRAGMA locking_mode = EXCLUSIVE;");
    if (isEmpty(database)) database.exec(`BEGIN EXCLUSIVE; ${SCHEMA} COMMIT;`);
    else check(path, database);
    database.exec("PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL;");
    return new SqliteFile(database);
  } catch (error) {
    database?.close();
    if (error instanceof JournalFileError) throw error;
    const message = error instanceof Error ? error.message : String(error);
    throw refusal(path, message === "database is locked" ? "another program has it open" : message, error);
  }
}

class SqliteFile implements JournalFile {
  readonly snapshot: Snapshot | undefined;
  readonly records: readonly KeptRecord[];
  readonly #database: DatabaseSync;
  readonly #addRecord;
  readonly #addSnapshot;
  #isSynced = false;

  constructor(database: DatabaseSync) {
    this.#database = database;
    this.#addRecord = database.prepare("INSERT INTO records VALUES (?, ?, ?)");
    this.#addSnapshot = database.prepare("INSERT INTO snapshots VALUES (?, ?, ?)");
    const newest = database.prepare("SELECT state FROM snapshots ORDER BY position DESC LIMIT 1").get();
    this.snapshot = newest === undefined ? undefined : JSON.parse(newest.state as string) as Snapshot;
    this.records = database.prepare(
      "SELECT position, at, record FROM records WHERE position > ? ORDER BY position",
    )
      .all(this.snapshot?.position ?? 0)
      .map(({ position, at, record }) => ({
        position: position as number,
        at: at as number,
        record: JSON.parse(record as string) as JournalRecord,
      }));
  }

  write(records: readonly KeptRecord[], snapshot: Snapshot | undefined, isSynced: boolean): void {
    if (isSynced !== this.#isSynced) {
      this.#database.exec(`PRAGMA synchronous = ${isSynced ? "FULL" : "NORMAL"}`);
      this.#isSynced = isSynced;
    }
    this.#database.exec("BEGIN");
    try {
      for (const { position, at, record } of records) {
        this.#addRecord.run(position, at, JSON.stringify(record));
      }
      if (snapshot !== undefined) {
        this.#addSnapshot.run(snapshot.position, records.at(-1)!.at, JSON.stringify(snapshot));
      }
      this.#database.exec("COMMIT");
    } catch (error) {
      this.#rollBack();
      throw error;
    }
  }

  close(): void {
    this.#database.close();
  }

  #rollBack(): void {
    try {
      this.#database.exec("ROLLBACK");
    } catch {
      // After some errors, SQLite has rolled back already.
    }
  }
}

/** A new file, or one that a server left that was killed while it created it. */
function isEmpty(database: DatabaseSync): boolean {
  return database.prepare("SELECT count(*) AS count FROM sqlite_schema").get()?.count === 0 &&
    pragma(database, "application_id") === 0;
}

function check(path: string, database: DatabaseSync): void {
  if (pragma(database, "application_id") !== APPLICATION_ID) {
    throw refusal(path, "it belongs to another program");
  }
  const version = pragma(database, "user_version");
  if (version !== SCHEMA_VERSION) throw refusal(path, `its version is ${version}, not ${SCHEMA_VERSION}`);
  const result = database.prepare("PRAGMA quick_check(1)").get()?.quick_check;
  if (result !== "ok") throw refusal(path, `it is damaged (${result})`);
}

function pragma(database: DatabaseSync, name: "application_id" | "user_version"): unknown {
  return database.prepare(`PRAGMA ${name}`).get()?.[name];
}

function refusal(path: string, reason: string, cause?: unknown): JournalFileError {
  return new JournalFileError(`Cannot use ${path} as a journal: ${reason}`, { cause });
}
