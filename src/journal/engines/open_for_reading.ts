// Opens a journal for other programs than its server.

import { DatabaseSync } from "node:sqlite";
import { pathToFileURL } from "node:url";
import { hasLog, isMissingOrEmpty, kindOf } from "./file_kind.ts";
import { JournalFileError, orFileError, refusal } from "./journal_file_error.ts";

/** For a server that just now writes what cannot be read meanwhile. */
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
    const reason = kind === "new" ? "its creation was interrupted" : "it is a store of version 0.1";
    throw refusal(path, `${reason}; start the server with it once`);
  } catch (error) {
    database.close();
    throw error;
  }
}
