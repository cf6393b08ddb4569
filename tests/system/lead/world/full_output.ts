// Places for standard error that take nothing: a full disk, and a pipe that is full and that nothing reads.

export type FullOutput = "a full disk" | "a full pipe";
export const FULL_OUTPUTS: readonly FullOutput[] = ["a full disk", "a full pipe"];

const DEVICE = "/dev/full";

export class Output {
  readonly path: string;
  readonly #pipe: Deno.FsFile | undefined;

  private constructor(path: string, pipe?: Deno.FsFile) {
    this.path = path;
    this.#pipe = pipe;
  }

  /** @param path for the FIFO, if there is to be one. */
  static async open(kind: FullOutput, path: string): Promise<Output> {
    if (kind === "a full disk") return new Output(DEVICE);
    await run("mkfifo", path);
    // Opened for both, it waits for no other end.
    const output = new Output(path, await Deno.open(path, { read: true, write: true }));
    // Ends with an error when there is no room for one block more.
    await run("dd", "if=/dev/zero", `of=${path}`, "bs=4096", "oflag=nonblock", "conv=notrunc").catch(
      () => {},
    );
    return output;
  }

  [Symbol.dispose](): void {
    this.#pipe?.close();
  }
}

async function run(program: string, ...args: string[]): Promise<void> {
  const { success, stderr } = await new Deno.Command(program, { args, stdin: "null", stdout: "null" })
    .output();
  if (!success) throw new Error(`${program} has failed: ${new TextDecoder().decode(stderr)}`);
}
