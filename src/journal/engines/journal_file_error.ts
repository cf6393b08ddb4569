// Why a file cannot be used as a journal, as a sentence that an operator can act on.

/** The file is not a journal of rankserver, is damaged, in use, or cannot be opened. */
export class JournalFileError extends Error {
  override readonly name = "JournalFileError";
}

export function refusal(path: string, reason: string, cause?: unknown): JournalFileError {
  return new JournalFileError(`Cannot use ${path} as the journal: ${reason}`, { cause });
}

export function orFileError(path: string, error: unknown): JournalFileError {
  if (error instanceof JournalFileError) return error;
  const message = error instanceof Error ? error.message : String(error);
  return refusal(path, message === "database is locked" ? inUse(path) : message + remedyFor(error), error);
}

/** What to do about an error of the system, after its text. */
function remedyFor(error: unknown): string {
  if (error instanceof Deno.errors.PermissionDenied) {
    return "; its directory and the files in it must belong to the user that runs the server, which root sets " +
      "with: chown -R USER: DIRECTORY (USER is rankserver for its service)";
  }
  if (/^read-only file system/i.test((error as Error).message)) {
    return "; a systemd unit has to allow its directory: ReadWritePaths=DIRECTORY";
  }
  return "";
}

export function inUse(path: string): string {
  return `another program has it open; find it with: fuser -v ${path}`;
}
