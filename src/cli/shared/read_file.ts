// Reads the programs' own files: the text, the owner and the permissions. Whatever is in place of the file, reading ends
// within a number of bytes and a time.

import { deadline } from "@std/async/deadline";
import { FILE_BOUNDS } from "../../config/keys/mod.ts";
import type { ConfigFile } from "../../config/reader/mod.ts";
import { ConfigError } from "../../config/toml/mod.ts";

/** Who may access a file. */
export interface FileAccess {
  /** The permission bits, `undefined` on a system without them. */
  readonly mode: number | undefined;
  /** The owner's number, `undefined` on a system without one. */
  readonly uid: number | undefined;
}

export interface FileText extends FileAccess {
  readonly text: string;
}

/** `reason` is part of a sentence. */
export type ReadText =
  | ({ readonly ok: true } & FileText)
  | { readonly ok: false; readonly reason: string; readonly isMissing?: boolean | undefined };

export type TextReader = (path: string, maxBytes: number) => Promise<ReadText>;

const ATTEMPTS = 3;
const CHUNK_BYTES = 64 * 1024;

/** Reads a file of any kind to its end: also a pipe, such as a shell makes for `<(command)`. */
export function readText(path: string, maxBytes: number, withinMs = FILE_BOUNDS.readMs): Promise<ReadText> {
  return within(withinMs, readWhole(path, maxBytes, false));
}

/** Reads only a regular file, because no other kind can be read again. */
export function readRegularText(path: string, maxBytes: number): Promise<ReadText> {
  return within(FILE_BOUNDS.readMs, readWhole(path, maxBytes, true));
}

/** Reads the file that --config names. @throws {ConfigError} */
export async function readConfigFile(path: string, read: TextReader = readText): Promise<ConfigFile> {
  const file = await read(path, FILE_BOUNDS.configBytes);
  if (file.ok) return { path, text: file.text };
  const message = `cannot read the configuration file: ${file.reason}`;
  throw new ConfigError([{ file: path, key: "--config", message }]);
}

async function within(ms: number, reading: Promise<ReadText>): Promise<ReadText> {
  try {
    return await deadline(reading, ms);
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return { ...refuse("there is no such file"), isMissing: true };
    // The system waits for the other end of a pipe, and that cannot be cancelled.
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

/** Text and access belong to the same file, even if the file is being replaced. */
async function readWhole(path: string, maxBytes: number, mustBeRegular: boolean): Promise<ReadText> {
  for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
    // By its path, because for an open file the runtime checks the permission for the target of a link. And before opening
    // it, because opening a pipe blocks until there is a writer.
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

/** The whole file; `undefined` if it is larger. */
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

function refuse(reason: string): { readonly ok: false; readonly reason: string } {
  return { ok: false, reason };
}
