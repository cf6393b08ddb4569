// Tells journals from the stores of earlier versions.

import type { DatabaseSync } from "node:sqlite";
import { refusal } from "./journal_file_error.ts";

/** "new": missing or empty. */
export type FileKind = "new" | "journal" | "store";

/** Identify the files of rankserver in their headers (SQLite's PRAGMA application_id). */
export const JOURNAL_ID = 0x72616e6a;
const STORE_ID = 0x72616e6b;
export const JOURNAL_FILE_VERSION = 1;
const STORE_VERSION = 2;

/** Offsets in the first page of a file (https://www.sqlite.org/fileformat.html, section 1.3). */
const HEADER_BYTES = 100;
const MAGIC = "SQLite format 3\0";
const APPLICATION_AT = 68;

/** @throws {JournalFileError} when the path is taken by something else: opening a pipe would block */
export function isMissingOrEmpty(path: string): boolean {
  try {
    const { isFile, size } = Deno.statSync(path);
    if (!isFile) throw refusal(path, "it is not a regular file");
    return size === 0;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return true;
    throw error;
  }
}

/** Whether changes are in SQLite's log next to the file, because a program has it open or was killed. */
export function hasLog(path: string): boolean {
  return !isMissingOrEmpty(`${path}-wal`);
}

/**
 * Refuses a file of another program before SQLite opens it, which could change it, and one that cannot be written, which
 * SQLite would open all the same.
 *
 * @throws {JournalFileError}
 */
export function refuseForeign(path: string): void {
  const bytes = new Uint8Array(HEADER_BYTES);
  using file = Deno.openSync(path, { read: true, write: true });
  file.readSync(bytes);
  const magic = new TextDecoder("latin1").decode(bytes.subarray(0, MAGIC.length));
  if (magic !== MAGIC) throw refusal(path, "it is not an SQLite database");
  const application = new DataView(bytes.buffer).getUint32(APPLICATION_AT);
  if (application !== JOURNAL_ID && application !== STORE_ID) throw refusal(path, FOREIGN);
  // The lock and the log are files next to it, by its name: two servers could write it at the same time.
  if ((file.statSync().nlink ?? 1) > 1) throw refusal(path, "it has a second name, a hard link; remove that");
}

const FOREIGN = "it belongs to another program";

/**
 * What an open file is. Its header alone does not tell: the last changes may be in the log next to it.
 *
 * @throws {JournalFileError}
 */
export function kindOf(path: string, database: DatabaseSync): FileKind {
  const pragma = (name: string) => Number(database.prepare(`PRAGMA ${name}`).get()?.[name]);
  const [application, version] = [pragma("application_id"), pragma("user_version")];
  if (application === 0 && isEmpty(database)) return "new";
  const isJournal = application === JOURNAL_ID;
  if (!isJournal && application !== STORE_ID) throw refusal(path, FOREIGN);
  const known = isJournal ? JOURNAL_FILE_VERSION : STORE_VERSION;
  if (version !== known) throw refusal(path, `its version is ${version}, not ${known}`);
  return isJournal ? "journal" : "store";
}

/** Its creation was not finished. */
function isEmpty(database: DatabaseSync): boolean {
  return database.prepare("SELECT 1 FROM sqlite_schema LIMIT 1").get() === undefined;
}
