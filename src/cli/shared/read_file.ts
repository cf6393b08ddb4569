// Reads the programs' own files: the text, the owner and the permissions. Whatever is in place of the file, reading ends
// within a number of bytes, and within a time in which nothing arrives.

import { deadline } from "@std/async/deadline";
import { FILE_BOUNDS } from "../../config/keys/mod.ts";
import { type ConfigFile, folderOf } from "../../config/reader/mod.ts";
import { ConfigError } from "../../config/toml/mod.ts";
import { fullPath } from "./full_path.ts";
import { decodeText, type EncodingFault } from "./decode_text.ts";

/** Who may access a file. */
export interface FileAccess {
  /** The permission bits, `undefined` on a system without them. */
  readonly mode: number | undefined;
  /** The owner's number, `undefined` on a system without one. */
  readonly uid: number | undefined;
}

export interface FileText extends FileAccess {
  /** Where it is not UTF-8, something else is in place of it. */
  readonly text: string;
  readonly fault: EncodingFault | undefined;
  /** It is no regular file, but a pipe, for example: it cannot be read again. */
  readonly isReadOnce: boolean;
}

/** `reason` is part of a sentence. */
export type ReadText =
  | ({ readonly ok: true } & FileText)
  | {
    readonly ok: false;
    readonly reason: string;
    readonly isMissing?: boolean;
    readonly isDenied?: boolean;
  };

export type TextReader = (path: string, maxBytes: number) => Promise<ReadText>;

/** How long reading may take. */
export interface ReadTimes {
  /** For a regular file, and until a program opens the other end of a pipe. */
  readonly readMs: number;
  /** While nothing arrives through a pipe. */
  readonly silenceMs: number;
}

export interface ReadConfigFile extends ConfigFile {
  readonly directory: string;
  readonly isReadOnce: boolean;
}

const ATTEMPTS = 3;
const CHUNK_BYTES = 64 * 1024;
/** Standard input; the runtime does not open the paths that the system has for it. */
const STDIN: readonly string[] = ["-", "/dev/stdin", "/dev/fd/0", "/proc/self/fd/0"];

/**
 * Reads a file of any kind to its end, however slowly it arrives: also standard input, and a pipe such as a shell makes
 * for `<(command)`.
 */
export function readText(path: string, maxBytes: number, times: ReadTimes = FILE_BOUNDS): Promise<ReadText> {
  return catching(async () => {
    if (STDIN.includes(path)) {
      const bytes = await readUpTo(Deno.stdin, maxBytes, times.silenceMs);
      return bytes === undefined ? tooLarge(maxBytes) : decoded(bytes, undefined);
    }
    const info = await within(times.readMs, Deno.stat(path), NO_END);
    if (info.isFile) return await within(times.readMs, readRegular(path, maxBytes), NO_END);
    return await readStream(path, info, maxBytes, times);
  });
}

/** Reads only a regular file, because no other kind can be read again. */
export function readRegularText(path: string, maxBytes: number): Promise<ReadText> {
  return catching(() => within(FILE_BOUNDS.readMs, readRegular(path, maxBytes), NO_END));
}

/**
 * Reads the file that --config names.
 *
 * @param directory where relative paths in it begin; without it, in the directory of the file.
 * @throws {ConfigError}
 */
export async function readConfigFile(
  path: string,
  read: TextReader = readText,
  directory?: string,
): Promise<ReadConfigFile> {
  const file = await read(path, FILE_BOUNDS.configBytes);
  const shown = path === "-" ? "standard input" : path;
  if (!file.ok) {
    const message = `cannot read the configuration file: ${file.reason}`;
    throw new ConfigError([{ file: shown, key: "--config", message }]);
  }
  if (file.fault !== undefined) {
    const { reason, line, column } = file.fault;
    const message = `the configuration file ${reason}`;
    throw new ConfigError([{ file: shown, line, column, key: "--config", message, hint: SAVE_AS_UTF8 }]);
  }
  const { text, isReadOnce } = file;
  return { path: shown, text, isReadOnce, directory: directory ?? directoryOf(path, isReadOnce) };
}

/** What to do about an {@linkcode EncodingFault}. */
export const SAVE_AS_UTF8 = "save it as UTF-8";

/** Where relative paths in the file begin. A pipe is in no directory that means anything. */
function directoryOf(path: string, isReadOnce: boolean): string {
  if (isReadOnce) return Deno.cwd();
  return folderOf(fullPath(path));
}

/** The reason for {@linkcode within}. */
const NO_END = "it did not end";

async function catching(read: () => Promise<ReadText>): Promise<ReadText> {
  try {
    return await read();
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return { ...refuse("there is no such file"), isMissing: true };
    const refused = refuse(error instanceof Error ? error.message : String(error));
    return error instanceof Deno.errors.PermissionDenied ? { ...refused, isDenied: true } : refused;
  }
}

/** Rejects with `reason` when that takes longer. What waits in the system cannot be cancelled. */
async function within<T>(ms: number, waiting: Promise<T>, reason: string): Promise<T> {
  try {
    return await deadline(waiting, ms);
  } catch (error) {
    if ((error as Error).name !== "TimeoutError") throw error;
    throw new Error(`${reason} within ${ms / 1_000} s`, { cause: error });
  }
}

/** Text and access belong to the same file, even if the file is being replaced. */
async function readRegular(path: string, maxBytes: number): Promise<ReadText> {
  for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
    // By its path, because for an open file the runtime checks the permission for the target of a link. And before opening
    // it, because opening a pipe blocks until there is a writer.
    const before = await Deno.stat(path);
    if (before.isDirectory) return refuse("it is a directory");
    if (!before.isFile) return refuse(`it is ${kindOf(before)} and not a regular file`);
    using file = await Deno.open(path);
    const bytes = await readUpTo(file, maxBytes);
    if (bytes === undefined) return tooLarge(maxBytes);
    if (isSame(before, await Deno.stat(path))) return decoded(bytes, before);
  }
  return refuse("it keeps being replaced");
}

async function readStream(
  path: string,
  info: Deno.FileInfo,
  maxBytes: number,
  { readMs, silenceMs }: ReadTimes,
): Promise<ReadText> {
  if (info.isDirectory) return refuse("it is a directory");
  using file = await within(
    readMs,
    Deno.open(path),
    info.isFifo ? "it is a pipe, and no program opened its other end for writing" : "it could not be opened",
  );
  const bytes = await readUpTo(file, maxBytes, silenceMs);
  return bytes === undefined ? tooLarge(maxBytes) : decoded(bytes, info);
}

function decoded(bytes: Uint8Array, info: Deno.FileInfo | undefined): ReadText {
  const mode = typeof info?.mode === "number" ? info.mode & 0o777 : undefined;
  return {
    ok: true,
    ...decodeText(bytes),
    mode,
    uid: info?.uid ?? undefined,
    isReadOnce: info?.isFile !== true,
  };
}

function kindOf({ isFifo, isCharDevice, isBlockDevice }: Deno.FileInfo): string {
  if (isFifo) return "a pipe";
  return isCharDevice || isBlockDevice ? "a device" : "a socket";
}

interface Readable {
  read(buffer: Uint8Array): Promise<number | null>;
}

/** The whole of it; `undefined` if it is larger. @param silenceMs how long to wait for each part of it */
async function readUpTo(
  source: Readable,
  maxBytes: number,
  silenceMs?: number,
): Promise<Uint8Array | undefined> {
  let bytes = new Uint8Array(CHUNK_BYTES);
  let length = 0;
  for (;;) {
    const reading = source.read(bytes.subarray(length));
    const count = await (silenceMs === undefined ? reading : within(silenceMs, reading, SILENT));
    if (count === null) return bytes.subarray(0, length);
    length += count;
    if (length > maxBytes) return undefined;
    if (length < bytes.length) continue;
    const longer = new Uint8Array(2 * length);
    longer.set(bytes);
    bytes = longer;
  }
}

const SILENT = "the program at the other end of the pipe did not write or close it";

function isSame(a: Deno.FileInfo, b: Deno.FileInfo): boolean {
  return a.dev === b.dev && a.ino === b.ino && a.mode === b.mode && a.uid === b.uid &&
    a.mtime?.getTime() === b.mtime?.getTime();
}

function refuse(reason: string): { readonly ok: false; readonly reason: string } {
  return { ok: false, reason };
}

function tooLarge(maxBytes: number) {
  return refuse(`it has more than ${maxBytes} bytes`);
}
