// A small file next to the store that marks it as dirty: something that was promised could not be written to it. The file
// is created when the store is opened; later only one byte changes in place, which needs neither free disk space nor the
// permission to create files, which the server has dropped by then.

import { dirname } from "node:path";

/** The contents of the file, with an explanation for people. The first byte is the marker: "1" when it is set. */
const TEXT =
  "0 is written here by rankserver: 1 while the store of seats lacks something that was promised\n";
const CLEAR = TEXT[0]!;
const SET = "1";

const encoder = new TextEncoder();
const decoder = new TextDecoder();

export class DirtyMarker implements Disposable {
  readonly #file: Deno.FsFile;
  #isSet: boolean;
  /** False while the file is incomplete; a change then needs disk space. */
  #isFilled: boolean;

  /**
   * Opens the marker, or creates it. It counts as set when it is missing or incomplete although the store is not new; an
   * empty file is what earlier versions created to set it.
   *
   * @param storePath the path of the store.
   * @throws when it cannot be created, or the path is taken by another file
   */
  constructor(storePath: string, isNewStore: boolean) {
    const path = `${storePath}.behind`;
    this.#file = create(path, isNewStore ? CLEAR : SET) ?? open(path);
    const text = read(this.#file);
    this.#isFilled = text.length === TEXT.length;
    this.#isSet = !this.#isFilled || text[0] !== CLEAR;
    if (isOurs(text)) return;
    this.#file.close();
    throw new Error(`${path} is not a file of rankserver; move it elsewhere`);
  }

  get isSet(): boolean {
    return this.#isSet;
  }

  /** @returns the reason if it could not be set */
  set(): string | undefined {
    if (this.#isSet) return undefined;
    const reason = this.#write(SET);
    this.#isSet = reason === undefined;
    return reason;
  }

  /** If it cannot be cleared, the next start finds it set and waits longer than necessary. */
  clear(): void {
    if (!this.#isSet) return;
    this.#isSet = false;
    this.#write(CLEAR);
  }

  [Symbol.dispose](): void {
    this.#file.close();
  }

  #write(mark: string): string | undefined {
    try {
      writeAll(this.#file, this.#isFilled ? mark : mark + TEXT.slice(1));
      this.#isFilled = true;
      return undefined;
    } catch (error) {
      return error instanceof Error ? error.message : String(error);
    }
  }
}

/** Creates the file; `undefined` when the path exists, even as a dangling symbolic link. */
function create(path: string, mark: string): Deno.FsFile | undefined {
  let file: Deno.FsFile;
  try {
    file = Deno.openSync(path, { read: true, write: true, createNew: true });
  } catch (error) {
    if (error instanceof Deno.errors.AlreadyExists) return undefined;
    throw error;
  }
  try {
    writeAll(file, mark + TEXT.slice(1));
    syncFolder(dirname(path));
    return file;
  } catch (error) {
    file.close();
    Deno.removeSync(path);
    throw new Error(`cannot create ${path}: ${error instanceof Error ? error.message : error}`, {
      cause: error,
    });
  }
}

function open(path: string): Deno.FsFile {
  // A symbolic link could point to another user's file, and opening a pipe would block.
  if (!Deno.lstatSync(path).isFile) throw new Error(`${path} is not a regular file; move it elsewhere`);
  return Deno.openSync(path, { read: true, write: true });
}

function read(file: Deno.FsFile): string {
  const bytes = new Uint8Array(2 * TEXT.length);
  file.seekSync(0, Deno.SeekMode.Start);
  return decoder.decode(bytes.subarray(0, file.readSync(bytes) ?? 0));
}

function isOurs(text: string): boolean {
  return text === "" || ((text[0] === CLEAR || text[0] === SET) && TEXT.slice(1).startsWith(text.slice(1)));
}

/** Writes at the beginning of the file and syncs it to the disk. */
function writeAll(file: Deno.FsFile, text: string): void {
  file.seekSync(0, Deno.SeekMode.Start);
  let rest = encoder.encode(text);
  while (rest.length > 0) rest = rest.subarray(file.writeSync(rest));
  file.syncSync();
}

/** A new file name is only on the disk once its directory is synced. */
function syncFolder(path: string): void {
  if (Deno.build.os === "windows") return;
  using folder = Deno.openSync(path);
  folder.syncSync();
}
