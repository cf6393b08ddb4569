// Copies the file of a journal while a server may be writing it.

import { backup, DatabaseSync } from "node:sqlite";
import { JournalFileError } from "./journal_file_error.ts";
import { openForReading } from "./open_for_reading.ts";

/** A journal contains hashes of tokens and the arguments of commands. */
const MODE = 0o600;

/**
 * The copy is marked as a backup: it may lack records that clients rely on.
 *
 * @returns the size of the copy, in bytes
 * @throws {JournalFileError} also when `to` exists
 */
export async function backupJournal(from: string, to: string): Promise<number> {
  using source = openForReading(from);
  const temporary = `${to}.${crypto.randomUUID()}.tmp`;
  try {
    Deno.openSync(temporary, { write: true, createNew: true, mode: MODE }).close();
    // In a transaction, because otherwise the copy would start again whenever the server writes.
    source.exec("BEGIN; SELECT may_lack FROM about");
    await backup(source, temporary);
    mark(temporary);
    sync(temporary);
    // Unlike a rename, it does not replace a file.
    Deno.linkSync(temporary, to);
    sync(folderOf(to));
    return Deno.statSync(to).size;
  } catch (error) {
    throw new JournalFileError(`Cannot back up ${from} to ${to}: ${reasonOf(error)}`, { cause: error });
  } finally {
    remove(temporary);
  }
}

function mark(path: string): void {
  using copy = new DatabaseSync(path);
  copy.exec("UPDATE about SET may_lack = 1");
}

function sync(path: string): void {
  using file = Deno.openSync(path);
  file.syncSync();
}

function folderOf(path: string): string {
  return path.replace(/[^/]*$/, "") || ".";
}

function reasonOf(error: unknown): string {
  if (error instanceof Deno.errors.AlreadyExists) return "the file already exists";
  if (error instanceof Deno.errors.NotFound) return "its directory does not exist";
  return error instanceof Error ? error.message : String(error);
}

function remove(path: string): void {
  try {
    Deno.removeSync(path);
  } catch {
    // It was not created.
  }
}
