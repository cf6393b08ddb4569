// Opens or creates the database of a journal. An existing file that is not a valid journal is refused and left unchanged;
// the store of an earlier version, which had the seats as rows, is turned into a journal.

import { DatabaseSync } from "node:sqlite";
import {
  hasLog,
  isMissingOrEmpty,
  JOURNAL_FILE_VERSION,
  JOURNAL_ID,
  kindOf,
  refuseForeign,
} from "./file_kind.ts";
import { lockFile } from "./file_lock.ts";
import { orFileError, refusal } from "./journal_file_error.ts";
import { migrateStore, removeMarker } from "./migrate_store.ts";

/**
 * `about.may_lack`: the file may lack records that clients rely on, because it is new or a backup. `audit` is not part of the
 * state.
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
  PRAGMA user_version = ${JOURNAL_FILE_VERSION};
`;

/** The owner's: a journal has hashes of tokens and arguments, and who can read its index can lock it. */
const MODE = 0o600;
/** SQLITE_BUSY, SQLITE_CORRUPT and SQLITE_NOTADB, in the low byte of an error's code (https://www.sqlite.org/rescode.html). */
const REFUSED: ReadonlySet<number> = new Set([5, 11, 26]);
/** SQLITE_IOERR, SQLITE_FULL and SQLITE_CANTOPEN. */
const NO_DISK_SPACE: ReadonlySet<number> = new Set([10, 13, 14]);
const PRIMARY_CODE = 0xff;

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
    const isNew = isMissingOrEmpty(path);
    // Both first: when a file is closed, this process loses the locks that SQLite has on it.
    if (isNew) createEmpty(path);
    opened.use(lockFile(path));
    if (!isNew) refuseForeign(path);
    // Opening a file with a log for writing changes it; otherwise it is checked when it is open.
    const isChecked = hasLog(path) && isValid(path);
    const database = opened.adopt(openForWriting(path), (database) => database.close());
    const kind = kindOf(path, database);
    if (!isChecked) check(path, database);
    if (kind !== "journal") create(path, database, kind, now);
    database.exec("PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL");
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
 * SQLite gives the files next to it the same mode. Only a file that exists has one name by which it is locked, where the path
 * is a symbolic link.
 */
function createEmpty(path: string): void {
  Deno.openSync(path, { create: true, write: true, mode: MODE }).close();
}

/**
 * Checks a file without changing it.
 *
 * @returns false when that needs writing, on a full disk
 */
function isValid(path: string): boolean {
  const database = new DatabaseSync(path, { readOnly: true });
  try {
    database.exec("PRAGMA busy_timeout = 0");
    kindOf(path, database);
    check(path, database);
    return true;
  } catch (error) {
    const code = primaryCode(error);
    if (code === undefined || REFUSED.has(code)) throw error;
    return false;
  } finally {
    database.close();
  }
}

/** Throws if a part of the file is damaged. */
function check(path: string, database: DatabaseSync): void {
  const result = database.prepare("PRAGMA quick_check(1)").get()?.quick_check;
  if (result !== "ok") throw refusal(path, `it is damaged (${result})`);
}

/** Opens a file for writing, which an old server prevents with a lock of SQLite. */
function openForWriting(path: string): DatabaseSync {
  try {
    return enter(path, "NORMAL");
  } catch (error) {
    if (!NO_DISK_SPACE.has(primaryCode(error) ?? 0)) throw error;
    // Others read a journal through an index next to it, for which there is no room: until it is closed, they cannot.
    return enter(path, "EXCLUSIVE");
  }
}

function enter(path: string, lockingMode: "NORMAL" | "EXCLUSIVE"): DatabaseSync {
  const database = new DatabaseSync(path);
  try {
    database.exec(`PRAGMA busy_timeout = 0; PRAGMA locking_mode = ${lockingMode}`);
    // Only errors of statements have a code.
    database.prepare("BEGIN IMMEDIATE").run();
    database.exec("ROLLBACK");
    return database;
  } catch (error) {
    database.close();
    throw error;
  }
}

/** All or nothing. */
function create(path: string, database: DatabaseSync, kind: "new" | "store", now: number): void {
  const marker = `${path}.behind`;
  database.exec(`BEGIN EXCLUSIVE; ${SCHEMA}`);
  if (kind === "store") migrateStore(database, marker, now);
  database.exec("COMMIT");
  if (kind === "store") removeMarker(marker);
}

function primaryCode(error: unknown): number | undefined {
  const { errcode } = error as { errcode?: number };
  return errcode === undefined ? undefined : errcode & PRIMARY_CODE;
}
