// The lock that lets one server at a time write a journal. It is on a file next to the journal, so that other programs can
// read that one meanwhile; the system releases it however the server ends.

import { inUse, refusal } from "./journal_file_error.ts";

/** The owner's: another user could keep the lock, and so the server from starting. */
const MODE = 0o600;

/** @throws {JournalFileError} when another program has the lock */
export function lockFile(path: string): Disposable {
  const lockPath = `${resolve(path)}-lock`;
  refuseOtherThanFile(path, lockPath);
  const file = Deno.openSync(lockPath, { create: true, write: true, mode: MODE });
  if (file.tryLockSync(true)) return file;
  file.close();
  throw refusal(path, inUse(path));
}

/** A journal must not be written by two servers that know it by different names. */
function resolve(path: string): string {
  try {
    return Deno.realPathSync(path);
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return path;
    throw error;
  }
}

/** A symbolic link could point to another user's file, and opening a pipe would block. */
function refuseOtherThanFile(path: string, lockPath: string): void {
  try {
    if (Deno.lstatSync(lockPath).isFile) return;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return;
    throw error;
  }
  throw refusal(path, `${lockPath} is not a regular file; move it elsewhere`);
}
