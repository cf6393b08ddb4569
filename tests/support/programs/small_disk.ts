// A disk that is soon full: a file system in memory, mounted for one test. Only root can do that.

import { join } from "node:path";

const SIZE_KIB = 256;
const CHUNK = new Uint8Array(1_024);

export class SmallDisk implements AsyncDisposable {
  readonly path: string;
  readonly #filler: string;

  private constructor(path: string) {
    this.path = path;
    this.#filler = join(path, "filler");
  }

  static async mount(): Promise<SmallDisk> {
    const path = await Deno.makeTempDir({ prefix: "rankserver-disk-" });
    const why = await run("mount", "-t", "tmpfs", "-o", `size=${SIZE_KIB}k`, "tmpfs", path);
    if (why === undefined) return new SmallDisk(path);
    await Deno.remove(path);
    throw new Error(`Cannot mount a disk: ${why}`);
  }

  /** Leaves no room for another byte, apart from those that files have already. */
  fill(): void {
    using file = Deno.openSync(this.#filler, { write: true, create: true, append: true });
    try {
      for (;;) file.writeSync(CHUNK);
    } catch (error) {
      if (!`${error}`.includes("No space left")) throw error;
    }
  }

  /** Makes it read-only, or writable again. */
  async remount(how: "ro" | "rw"): Promise<void> {
    const why = await run("mount", "-o", `remount,${how}`, this.path);
    if (why !== undefined) throw new Error(`Cannot remount the disk: ${why}`);
  }

  /** Makes room. */
  free(): void {
    Deno.removeSync(this.#filler);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const why = await run("umount", this.path);
    if (why !== undefined) throw new Error(`Cannot take the disk away: ${why}`);
    await Deno.remove(this.path);
  }
}

/** Why there are no small disks here; `undefined` where there are. */
export const noSmallDisk = await whyNot();
if (noSmallDisk !== undefined) console.warn(`${noSmallDisk}: the tests of a full disk are ignored`);

async function whyNot(): Promise<string | undefined> {
  if (Deno.build.os !== "linux" || Deno.uid() !== 0) return "only root on Linux can mount a small disk";
  try {
    await using _disk = await SmallDisk.mount();
    return undefined;
  } catch (error) {
    return (error as Error).message;
  }
}

/** What the program has to say when it fails. */
async function run(program: string, ...args: string[]): Promise<string | undefined> {
  const { success, stderr } = await new Deno.Command(program, { args, stdout: "null", stderr: "piped" })
    .output();
  return success ? undefined : new TextDecoder().decode(stderr).trim();
}
