// Opens or creates the database file of the store of seats. An existing file that is not a valid store is refused and left
// unchanged.

import { DatabaseSync } from "node:sqlite";

/** The file is not a store of rankserver, is damaged, in use, or cannot be opened. It was not changed. */
export class SeatStoreError extends Error {
  override readonly name = "SeatStoreError";
}

/** Identifies a store of rankserver in the file's header (SQLite's PRAGMA application_id). */
const APPLICATION_ID = 0x72616e6b;
const SCHEMA_VERSION = 2;

const SCHEMA = `
  CREATE TABLE seats (
    ticket INTEGER PRIMARY KEY,
    token_hash TEXT NOT NULL,
    name TEXT NOT NULL,
    ip TEXT NOT NULL,
    port INTEGER NOT NULL,
    since INTEGER NOT NULL,
    lease_ms INTEGER NOT NULL,
    earlier_hash TEXT,
    is_evicted INTEGER NOT NULL
  ) STRICT;
  CREATE TABLE counters (
    last_ticket INTEGER NOT NULL,
    last_epoch INTEGER NOT NULL,
    knows_past INTEGER NOT NULL
  ) STRICT;
  INSERT INTO counters VALUES (0, 0, 0);
  PRAGMA application_id = ${APPLICATION_ID};
  PRAGMA user_version = ${SCHEMA_VERSION};
`;

/** SQLITE_IOERR, SQLITE_FULL and SQLITE_CANTOPEN, in the low byte of an error's code (https://www.sqlite.org/rescode.html). */
const NO_DISK_SPACE: ReadonlySet<number> = new Set([10, 13, 14]);
const PRIMARY_CODE = 0xff;

/** Offsets in the first page of a file (https://www.sqlite.org/fileformat.html, section 1.3). */
const HEADER_BYTES = 100;
const MAGIC = "SQLite format 3\0";
const VERSION_AT = 60;
const APPLICATION_AT = 68;

/** @throws {SeatStoreError} */
export function openStoreFile(path: string): { readonly database: DatabaseSync; readonly isNew: boolean } {
  let database: DatabaseSync | undefined;
  try {
    const isNew = isMissingOrEmpty(path);
    const isChecked = isNew || checkReadOnly(path);
    database = new DatabaseSync(path);
    // The lock is held until the file is closed, so that two servers never use the same file.
    database.exec("PRAGMA busy_timeout = 0; PRAGMA locking_mode = EXCLUSIVE;");
    if (!isChecked) checkContents(path, database);
    // Before switching to WAL, so that the header is in the file itself and not in the log next to it.
    if (isNew) database.exec(`BEGIN EXCLUSIVE; ${SCHEMA} COMMIT;`);
    database.exec("PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL;");
    return { database, isNew };
  } catch (error) {
    database?.close();
    throw orStoreError(path, error);
  }
}

/** Turns an error of SQLite into a message that an operator can act on. */
export function orStoreError(path: string, error: unknown): SeatStoreError {
  if (error instanceof SeatStoreError) return error;
  const message = error instanceof Error ? error.message : String(error);
  const reason = message === "database is locked"
    ? `another program has it open; find it with: fuser -v ${path}`
    : message;
  return new SeatStoreError(`Cannot use ${path} as the store of seats: ${reason}`, { cause: error });
}

/** An empty file is left by a server that was killed while it created the store. */
function isMissingOrEmpty(path: string): boolean {
  try {
    const { isFile, size } = Deno.statSync(path);
    // Opening a pipe would block, and a device could do anything.
    if (!isFile) throw refusal(path, "it is not a regular file");
    return size === 0;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return true;
    throw error;
  }
}

/**
 * Checks the file without changing it.
 *
 * @returns false when its contents could not be checked. Reading a store that was not closed properly needs disk space for
 * an index next to it, unless the store is opened for writing with an exclusive lock.
 */
function checkReadOnly(path: string): boolean {
  const { magic, application, version } = readHeader(path);
  if (magic !== MAGIC) throw refusal(path, "it is not an SQLite database");
  if (application !== APPLICATION_ID) throw refusal(path, "it belongs to another program");
  if (version !== SCHEMA_VERSION) throw refusal(path, `its version is ${version}, not ${SCHEMA_VERSION}`);
  const database = new DatabaseSync(path, { readOnly: true });
  try {
    database.exec("PRAGMA busy_timeout = 0");
    checkContents(path, database);
    return true;
  } catch (error) {
    if (NO_DISK_SPACE.has(((error as { errcode?: number }).errcode ?? 0) & PRIMARY_CODE)) return false;
    throw error;
  } finally {
    database.close();
  }
}

/** Throws if any part of the store cannot be read, before anything is written to it. */
function checkContents(path: string, database: DatabaseSync): void {
  const result = database.prepare("PRAGMA integrity_check(1)").get()?.integrity_check;
  database.prepare("SELECT last_ticket, last_epoch, knows_past FROM counters").all();
  database.prepare(
    "SELECT ticket, token_hash, name, ip, port, since, lease_ms, earlier_hash, is_evicted FROM seats",
  ).all();
  if (result !== "ok") throw refusal(path, `it is damaged (${result})`);
}

function refusal(path: string, reason: string): SeatStoreError {
  return new SeatStoreError(`Cannot use ${path} as the store of seats: ${reason}`);
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
