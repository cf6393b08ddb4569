// Reads files with secrets, and the tokens file. The programs refuse a file that others than its owner can read, except
// that root may allow a group to read its files.

import { type FileAccess, readRegularText, SAVE_AS_UTF8, type TextReader } from "./read_file.ts";

export type PrivateText =
  | { readonly ok: true; readonly text: string }
  /** `message` is a sentence that names the file. */
  | { readonly ok: false; readonly isMissing: boolean; readonly message: string };

/** The permission bits of the group and of others. */
const GROUP_AND_OTHERS = 0o077;
/** The same without the right of the group to read. */
const ALL_BUT_GROUP_READING = 0o037;
const OTHERS = 0o007;
const ROOT = 0;

/** @param what the file is, for the message: "tokens file" */
export async function readPrivateFile(
  path: string,
  what: string,
  maxBytes: number,
  read: TextReader = readRegularText,
): Promise<PrivateText> {
  const file = await read(path, maxBytes);
  const refuse = (message: string, isMissing = false) => ({ ok: false, isMissing, message } as const);
  if (!file.ok) {
    const remedy = file.isDenied === true ? `; ${letProgramRead(path)}` : "";
    return refuse(`Cannot read the ${what} ${path}: ${file.reason}${remedy}`, file.isMissing);
  }
  if (file.fault !== undefined) {
    const { line, column, reason } = file.fault;
    return refuse(`${path}:${line}:${column}: the ${what} ${reason}; ${SAVE_AS_UTF8}`);
  }
  const exposure = exposureOf(path, file);
  if (exposure !== undefined) return refuse(`Cannot use the ${what} ${path}: ${exposure}`);
  return { ok: true, text: file.text };
}

/**
 * Which users can access a file that should not, and what to do, as part of a sentence. Root may allow a group to read
 * its files, as for secrets that are mounted for a program of another user. PostgreSQL's clients have the same rule.
 */
export function exposureOf(path: string, { mode, uid }: FileAccess): string | undefined {
  if (mode === undefined) return undefined;
  const isRoots = uid === ROOT;
  if ((mode & (isRoots ? ALL_BUT_GROUP_READING : GROUP_AND_OTHERS)) === 0) return undefined;
  const whom = (mode & OTHERS) !== 0
    ? "every user"
    : isRoots
    ? "its group, for more than reading"
    : "its group";
  const shown = mode.toString(8).padStart(4, "0");
  const remedy = isRoots ? letProgramRead(path) : `run: chmod 600 ${quoted(path)}`;
  return `its mode ${shown} gives access to ${whom}; ${remedy}`;
}

/** What to do so that a program of a user other than root can read a file, as part of a sentence. */
function letProgramRead(path: string): string {
  const file = quoted(path);
  return `run: chmod 640 ${file} && chown root:GROUP ${file}, where GROUP is that of the program's user ` +
    "(rankserver for its service); docs/systemd.md describes credentials";
}

/** Quoted as one word for a shell. */
export function quoted(path: string): string {
  return /^[\w@%+=:,./-]+$/.test(path) ? path : `'${path.replaceAll("'", String.raw`'\''`)}'`;
}
