// A pipe that is full and that nobody reads, as a file that a program can have for its standard error.

const CHUNK_BYTES = 64 * 1_024;
/** What is written when the pipe is full: it waits for room until the end, whatever the system lets a pipe hold. */
const WAITING_BYTES = 16 * CHUNK_BYTES;

export class FullPipe implements AsyncDisposable {
  readonly path: string;
  readonly #folder = Deno.makeTempDirSync();
  readonly #ends: Deno.FsFile;
  readonly #filling: Promise<number>;

  constructor() {
    this.path = `${this.#folder}/pipe`;
    const { success } = new Deno.Command("mkfifo", { args: [this.path] }).outputSync();
    if (!success) throw new Error("Cannot make a pipe");
    // Both ends: so that opening waits for nobody, and the reader is never gone.
    this.#ends = Deno.openSync(this.path, { read: true, write: true });
    this.#ends.writeSync(new Uint8Array(CHUNK_BYTES));
    const writer = Deno.openSync(this.path, { write: true });
    this.#filling = writer.write(new Uint8Array(WAITING_BYTES)).finally(() => writer.close());
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const buffer = new Uint8Array(CHUNK_BYTES);
    for (let left = CHUNK_BYTES + WAITING_BYTES; left > 0;) left -= await this.#ends.read(buffer) ?? 0;
    await this.#filling;
    this.#ends.close();
    Deno.removeSync(this.#folder, { recursive: true });
  }
}

/** `program` with standard error in the file at `path`. */
export function withStderr(path: string, program: readonly string[]): readonly string[] {
  return ["sh", "-c", 'stderr=$1; shift; exec "$@" 2>"$stderr"', "sh", path, ...program];
}

/** `program` with standard output in the file at `path`. */
export function withStdout(path: string, program: readonly string[]): readonly string[] {
  return ["sh", "-c", 'stdout=$1; shift; exec "$@" >"$stdout"', "sh", path, ...program];
}

/** `program` with its standard output in a pipe whose reader has gone. @param path of the pipe, which is made. */
export function withoutReader(path: string, program: readonly string[]): readonly string[] {
  const script = 'mkfifo "$1" && exec 3<>"$1" >"$1" 3<&-; shift; exec "$@"';
  return ["sh", "-c", script, "sh", path, ...program];
}
