// A small file beside the store of seats that says whether the store lacks something that was promised. It is made and
// filled when the store is opened. From then on one byte of it changes in place, which takes no permission to write and no
// room on the disk: the server has given up the one, and the other is what it lacks when the mark is needed.

import { dirname } from "node:path";

/** The whole file, for those who look into it. The first byte is the mark: "1" when it is set. */
const TEXT =
  "0 is written here by rankserver: 1 while the store of seats lacks something that was promised\n";
const CLEAR = TEXT[0]!;
const SET = "1";

const encoder = new TextEncoder();
const decoder = new TextDecoder();

export class DirtyMarker implements Disposable {
  readonly #file: Deno.FsFile;
  #isSet: boolean;
  /** Until it has all of its bytes, a change may need room. */
  #isFilled: boolean;

  /**
   * Opens the mark, or makes it. What cannot be known counts as set: the mark of a store that is not new is missing, or
   * lacks bytes; an empty file is what earlier versions left when they would have set it.
   *
   * @param storePath the store's own file.
   * @throws when it cannot be made, or something else has its place
   */
  constructor(storePath: string, isNewStore: boolean) {
    const path = `${storePath}.behind`;
    this.#file = make(path, isNewStore ? CLEAR : SET) ?? open(path);
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

  /** @returns why it could not be set, if so */
  set(): string | undefined {
    if (this.#isSet) return undefined;
    const why = this.#write(SET);
    this.#isSet = why === undefined;
    return why;
  }

  /** Where it cannot be cleared, the next start finds it set, which only costs time. */
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

/** Makes the file; `undefined` when something is there already, be it a link that leads nowhere. */
function make(path: string, mark: string): Deno.FsFile | undefined {
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
    throw new Error(`cannot make ${path}: ${error instanceof Error ? error.message : error}`, {
      cause: error,
    });
  }
}

function open(path: string): Deno.FsFile {
  // A link could lead to another user's file, and a pipe would block.
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

/** From the beginning of the file; on the disk when it returns. */
function writeAll(file: Deno.FsFile, text: string): void {
  file.seekSync(0, Deno.SeekMode.Start);
  let rest = encoder.encode(text);
  while (rest.length > 0) rest = rest.subarray(file.writeSync(rest));
  file.syncSync();
}

/** A new name is on the disk with its folder. */
function syncFolder(path: string): void {
  if (Deno.build.os === "windows") return;
  using folder = Deno.openSync(path);
  folder.syncSync();
}
