// Reads one of the programs' own files: its text, whose it is, and who else may touch it. Whatever is in its place, this
// ends: within a number of bytes and a time.

import { deadline } from "@std/async/deadline";
import { FILE_BOUNDS } from "../../config/keys/mod.ts";

/** To whom a file is open. */
export interface FileAccess {
  /** The permission bits, `undefined` where the system has none. */
  readonly mode: number | undefined;
  /** The owner's number, `undefined` where the system has none. */
  readonly uid: number | undefined;
}

export interface FileText extends FileAccess {
  readonly text: string;
}

/** A file that cannot be read is no fault: `why` is the rest of a sentence. */
export type ReadText =
  | ({ readonly ok: true } & FileText)
  | { readonly ok: false; readonly why: string; readonly isMissing?: boolean };

export type TextReader = (path: string, maxBytes: number) => Promise<ReadText>;

const ATTEMPTS = 3;
const CHUNK_BYTES = 64 * 1024;

/** Reads a file, or to its end what is in the place of one: a pipe that a shell has made, for example. */
export function readText(path: string, maxBytes: number, withinMs = FILE_BOUNDS.readMs): Promise<ReadText> {
  return within(withinMs, readWhole(path, maxBytes, false));
}

/** Reads nothing but a regular file, the one kind that can be read again. */
export function readRegularText(path: string, maxBytes: number): Promise<ReadText> {
  return within(FILE_BOUNDS.readMs, readWhole(path, maxBytes, true));
}

async function within(ms: number, reading: Promise<ReadText>): Promise<ReadText> {
  try {
    return await deadline(reading, ms);
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return { ...refuse("there is no such file"), isMissing: true };
    // The wait for the other end of a pipe is in the system, where it cannot be cancelled.
    if ((error as Error).name === "TimeoutError") {
      return refuse(
        `its end did not come within ${
          ms / 1_000
        } s; if it is a pipe, the program at its other end has to write and to ` +
          "close it",
      );
    }
    return refuse(error instanceof Error ? error.message : String(error));
  }
}

/** Text and access are those of one file, also when another one is just taking its place. */
async function readWhole(path: string, maxBytes: number, mustBeRegular: boolean): Promise<ReadText> {
  for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
    // By its path: what an open file is asked, the runtime allows by where a link has led to. And before it is opened,
    // which blocks on a pipe until its other end writes.
    const before = await Deno.stat(path);
    if (before.isDirectory) return refuse("it is a directory");
    if (mustBeRegular && !before.isFile) return refuse(`it is ${kindOf(before)} and not a regular file`);
    const bytes = await readUpTo(path, maxBytes);
    if (bytes === undefined) return refuse(`it has more than ${maxBytes} bytes`);
    if (before.isFile && !isSame(before, await Deno.stat(path))) continue;
    const mode = before.mode === null ? undefined : before.mode & 0o777;
    return { ok: true, text: new TextDecoder().decode(bytes), mode, uid: before.uid ?? undefined };
  }
  return refuse("it is being replaced again and again");
}

function kindOf({ isFifo, isCharDevice, isBlockDevice }: Deno.FileInfo): string {
  if (isFifo) return "a pipe";
  return isCharDevice || isBlockDevice ? "a device" : "a socket";
}

/** All that is there; `undefined` when it is more than that. */
async function readUpTo(path: string, maxBytes: number): Promise<Uint8Array | undefined> {
  using file = await Deno.open(path);
  let bytes = new Uint8Array(CHUNK_BYTES);
  let length = 0;
  for (;;) {
    const count = await file.read(bytes.subarray(length));
    if (count === null) return bytes.subarray(0, length);
    length += count;
    if (length > maxBytes) return undefined;
    if (length < bytes.length) continue;
    const longer = new Uint8Array(2 * length);
    longer.set(bytes);
    bytes = longer;
  }
}

function isSame(a: Deno.FileInfo, b: Deno.FileInfo): boolean {
  return a.dev === b.dev && a.ino === b.ino && a.mode === b.mode && a.uid === b.uid &&
    a.mtime?.getTime() === b.mtime?.getTime();
}

function refuse(why: string): { readonly ok: false; readonly why: string } {
  return { ok: false, why };
}
