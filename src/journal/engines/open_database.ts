// Opens or creates the database of a journal. An existing file that is not a valid journal is refused and left unchanged;
// one of version 0.1, which had the seats as rows, is turned into a journal.

import { DatabaseSync } from "node:sqlite";
import { migrateStore } from "./migrate_store.ts";

/** The file is not a journal of rankserver, is damaged, in use, or cannot be opened. It was not changed. */
export class JournalFileError extends Error {
  override readonly name = "JournalFileError";
}

/** Identify the files of rankserver in their headers (SQLite's PRAGMA application_id). */
const JOURNAL_ID = 0x72616e6a;
const STORE_ID = 0x72616e6b;
const JOURNAL_VERSION = 1;
const STORE_VERSION = 2;

/**
 * `about.may_lack`: the file may lack records that were promised, because it is new or a copy. `audit`: what happened, and is
 * no part of the state.
 */
const SCHEMA = `
  CREATE TABLE records (position INTEGER PRIMARY KEY, at INTEGER NOT NULL, record TEXT NOT NULL) STRICT;
  CREATE TABLE snapshots (position INTEGER PRIMARY KEY, at INTEGER NOT NULL, state TEXT NOT NULL) STRICT;
  CREATE TABLE audit (id INTEGER PRIMARY KEY, at INTEGER NOT NULL, position INTEGER NOT NULL, entry TEXT NOT NULL) STRICT;
  CREATE INDEX records_at ON records (at);
  CREATE INDEX audit_at ON audit (at);
  CREATE TABLE about (may_lack INTEGER NOT NULL) STRICT;
  INSERT INTO about VALUES (1);
  PRAGMA application_id = ${JOURNAL_ID};
  PRAGMA user_version = ${JOURNAL_VERSION};
`;

/** Offsets in the first page of a file (https://www.sqlite.org/fileformat.html, section 1.3). */
const HEADER_BYTES = 100;
const MAGIC = "SQLite format 3\0";
const VERSION_AT = 60;
const APPLICATION_AT = 68;

export interface OpenedDatabase extends Disposable {
  readonly database: DatabaseSync;
  readonly origin: "new" | "journal" | "migrated";
}

/**
 * Opens the journal at `path` for writing, or creates it. A lock on a file next to it is held until it is closed, so that two
 * servers never write the same journal, while others may read it.
 *
 * @param now milliseconds since 1970
 * @throws {JournalFileError}
 */
export function openDatabase(path: string, now: number): OpenedDatabase {
  using opened = new DisposableStack();
  try {
    const kind = kindOf(path);
    opened.use(lock(path));
    const database = opened.adopt(new DatabaseSync(path), (database) => database.close());
    // An old server, which has a lock of SQLite.
    database.exec("PRAGMA busy_timeout = 0");
    if (kind !== "new") check(path, database);
    if (kind !== "journal") {
      database.exec(`BEGIN EXCLUSIVE; ${SCHEMA}`);
      if (kind === "store") migrateStore(database, `${path}.behind`, now);
      database.exec("COMMIT");
    }
    database.exec("PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL; PRAGMA wal_autocheckpoint = 1000");
    const resources = opened.move();
    return {
      database,
      origin: kind === "store" ? "migrated" : kind,
      [Symbol.dispose]: () => resources.dispose(),
    };
  } catch (error) {
    throw orFileError(path, error);
  }
}

/**
 * Opens a journal for reading only, also while a server writes it.
 *
 * @throws {JournalFileError}
 */
export function openForReading(path: string): DatabaseSync {
  try {
    const kind = kindOf(path, "missing");
    if (kind !== "journal") {
      throw refusal(path, "start the server with it once: it is a store of version 0.1");
    }
    const database = new DatabaseSync(path, { readOnly: true });
    database.exec("PRAGMA busy_timeout = 1000");
    return database;
  } catch (error) {
    throw orFileError(path, error);
  }
}

/** Turns an error of SQLite into a message that an operator can act on. */
function orFileError(path: string, error: unknown): JournalFileError {
  if (error instanceof JournalFileError) return error;
  const message = error instanceof Error ? error.message : String(error);
  return refusal(path, message === "database is locked" ? inUse(path) : message, error);
}

function inUse(path: string): string {
  return `another program has it open; find it with: fuser -v ${path}`;
}

function refusal(path: string, reason: string, cause?: unknown): JournalFileError {
  return new JournalFileError(`Cannot use ${path} as the journal: ${reason}`, { cause });
}

function lock(path: string): Disposable {
  const file = Deno.openSync(`${path}-lock`, { create: true, write: true });
  if (file.tryLockSync(true)) return file;
  file.close();
  throw refusal(path, inUse(path));
}

/** What the file is, by its header. An empty file is left by a server that was killed while it created it. */
function kindOf(path: string, ifMissing: "new" | "missing" = "new"): "new" | "journal" | "store" {
  try {
    const { isFile, size } = Deno.statSync(path);
    // Opening a pipe would block, and a device could do anything.
    if (!isFile) throw refusal(path, "it is not a regular file");
    if (size === 0 && ifMissing === "new") return "new";
  } catch (error) {
    if (error instanceof Deno.errors.NotFound && ifMissing === "new") return "new";
    throw error;
  }
  const { magic, application, version } = readHeader(path);
  if (magic !== MAGIC) throw refusal(path, "it is not an SQLite database");
  const [kind, known] = application === JOURNAL_ID
    ? ["journal", JOURNAL_VERSION] as const
    : ["store", STORE_VERSION] as const;
  if (application !== JOURNAL_ID && application !== STORE_ID) {
    throw refusal(path, "it belongs to another program");
  }
  if (version !== known) throw refusal(path, `its version is ${version}, not ${known}`);
  return kind;
}

function readHeader(path: string): { magic: string; application: number; version: number } {
  const bytes = new Uint8Array(HEADER_BYTES);
  using file = Deno.openSync(path);
  file.readSync(bytes);
  const view = new DataView(bytes.buffer);
  return {
    magic: new TextDecoder("latin1").decode(bytes.subarray(0, MAGIC.length)),
    application: view.getUint32(APPLICATION_AT),
    version: view.getUint32(VERSION_AT),
  };
}

/** Throws if a part of the file is damaged, before anything is written to it. */
function check(path: string, database: DatabaseSync): void {
  const result = database.prepare("PRAGMA quick_check(1)").get()?.quick_check;
  if (result !== "ok") throw refusal(path, `it is damaged (${result})`);
}
