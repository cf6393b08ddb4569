// Files with secrets, or with what decides who is let in: only their owner, and a group that root has chosen, may
// read them, or the program does not use them.

import { type FileAccess, readRegularText, type TextReader } from "./read_text.ts";

export type PrivateText =
  | { readonly ok: true; readonly text: string }
  /** `message`: a sentence about the file, which it names. */
  | { readonly ok: false; readonly isMissing: boolean; readonly message: string };

/** In the permission bits: all that the group and others may do. */
const GROUP_AND_OTHERS = 0o077;
/** The same, but that the group may read. */
const ALL_BUT_GROUP_READING = 0o037;
const OTHERS = 0o007;
const ROOT = 0;

/** @param what it is, for the sentence: "tokens file" */
export async function readPrivateFile(
  path: string,
  what: string,
  maxBytes: number,
  read: TextReader = readRegularText,
): Promise<PrivateText> {
  const file = await read(path, maxBytes);
  const refuse = (message: string, isMissing = false) => ({ ok: false, isMissing, message } as const);
  if (!file.ok) return refuse(`Cannot read the ${what} ${path}: ${file.why}`, file.isMissing);
  const exposure = exposureOf(path, file);
  if (exposure !== undefined) return refuse(`Cannot use the ${what} ${path}: ${exposure}`);
  return { ok: true, text: file.text };
}

/**
 * To whom a file is open that should not be, and what to do; the rest of a sentence. Root may let a group read its files,
 * as it does where it mounts them for a program that runs as another user; all others keep theirs to themselves. That is
 * the rule of PostgreSQL's clients.
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
  return `its mode ${shown} opens it to ${whom}; run: chmod ${isRoots ? 640 : 600} ${quoted(path)}`;
}

/** As a shell takes it for one word. */
export function quoted(path: string): string {
  return /^[\w@%+=:,./-]+$/.test(path) ? path : `'${path.replaceAll("'", String.raw`'\''`)}'`;
}
