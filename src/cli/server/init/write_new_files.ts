// Writes new files, all or none, and never in place of another.

import { dirname, join } from "node:path";
import { FileError } from "../../shared/mod.ts";

export interface NewFile {
  /** Below the directory, with slashes. */
  readonly name: string;
  readonly text: string;
  /** Only its owner may read it. */
  readonly isSecret: boolean;
}

/**
 * @param directory is created if it does not exist.
 * @throws {FileError} after removing what it wrote.
 */
export async function writeNewFiles(directory: string, files: readonly NewFile[]): Promise<void> {
  for (const { name } of files) await refuseExisting(join(directory, name));
  const made: string[] = [];
  try {
    for (const { name, text, isSecret } of files) {
      const path = join(directory, name);
      await makeDirectory(dirname(path), made);
      await writeNew(path, text, isSecret ? 0o600 : 0o644, made);
    }
  } catch (error) {
    for (const path of made.toReversed()) {
      await Deno.remove(path).catch(() => {/* The first error is reported. */});
    }
    throw error;
  }
}

async function refuseExisting(path: string): Promise<void> {
  try {
    await Deno.lstat(path);
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return;
    throw cannotWrite(path, error);
  }
  throw new FileError(
    `Cannot write ${path}: it exists already, and init never replaces a file. Nothing was written; choose another ` +
      "directory, or move the file",
  );
}

/** Like `mkdir -p`. @param made gets each new directory. */
async function makeDirectory(path: string, made: string[]): Promise<void> {
  try {
    if ((await Deno.stat(path)).isDirectory) return;
    throw new FileError(`Cannot write to ${path}: it is not a directory; choose another one`);
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw asFileError(path, error);
  }
  if (dirname(path) !== path) await makeDirectory(dirname(path), made);
  try {
    await Deno.mkdir(path);
  } catch (error) {
    throw cannotWrite(path, error);
  }
  made.push(path);
}

async function writeNew(path: string, text: string, mode: number, made: string[]): Promise<void> {
  try {
    // Private before anything is written to it.
    const file = await Deno.open(path, { write: true, createNew: true, mode });
    made.push(path);
    const writer = file.writable.getWriter();
    await writer.write(new TextEncoder().encode(text));
    await writer.close();
  } catch (error) {
    throw cannotWrite(path, error);
  }
}

function asFileError(path: string, error: unknown): FileError {
  return error instanceof FileError ? error : cannotWrite(path, error);
}

function cannotWrite(path: string, error: unknown): FileError {
  return new FileError(`Cannot write ${path}: ${error instanceof Error ? error.message : error}`);
}
