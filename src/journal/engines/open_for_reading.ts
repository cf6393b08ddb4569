// Opens a journal for programs other than its server.

import { DatabaseSync } from "node:sqlite";
import { pathToFileURL } from "node:url";
import { hasLog, isMissingOrEmpty, kindOf } from "./file_kind.ts";
import { JournalFileError, orFileError, refusal } from "./journal_file_error.ts";

const INTERRUPTED = "its creation was interrupted; start the server with it to finish that";
const OLD_STORE =
  "it is the store of an earlier version (session.store); start the server with it to migrate it";

/** While the server holds a lock that keeps readers out. */
const BUSY_TIMEOUT_MS = 1_000;

/**
 * Opens a journal for reading only: while a server writes it, after one was killed, and where this process cannot write.
 *
 * @throws {JournalFileError}
 */
export function openForReading(path: string): DatabaseSync {
  try {
    if (isMissingOrEmpty(path)) throw refusal(path, "it is missing or empty");
    try {
      return open(path, path);
    } catch (error) {
      const database = error instanceof JournalFileError ? undefined : openUnlocked(path);
      if (database === undefined) throw error;
      return database;
    }
  } catch (error) {
    throw orFileError(path, error);
  }
}

/**
 * Reading needs an index next to the file. Where that cannot be made, no server has a file without a log open: it can be read
 * as it is.
 */
function openUnlocked(path: string): DatabaseSync | undefined {
  if (hasLog(path)) return undefined;
  try {
    return open(path, `${pathToFileURL(path)}?immutable=1`);
  } catch {
    // The other error says more.
    return undefined;
  }
}

function open(path: string, location: string): DatabaseSync {
  const database = new DatabaseSync(location, { readOnly: true });
  try {
    database.exec(`PRAGMA busy_timeout = ${BUSY_TIMEOUT_MS}`);
    const kind = kindOf(path, database);
    if (kind === "journal") return database;
    throw refusal(path, kind === "new" ? INTERRUPTED : OLD_STORE);
  } catch (error) {
    database.close();
    throw error;
  }
}
