// A private copy of this machine, in which packages can be installed: an overlay over its files, in a mount namespace.
// Nothing of it stays. Only root can do that. Its network is the machine's, and no systemd runs in it.

import { outputOf, runProgram } from "./programs.ts";

/** A new namespace with the overlay, until its standard input ends. /run is empty, as after a start. */
const HOLD = `set -e
mount -t tmpfs tmpfs "$1"
mkdir "$1/upper" "$1/work" "$1/root"
mount -t overlay overlay -o "lowerdir=/,upperdir=$1/upper,workdir=$1/work" "$1/root"
mount -t proc proc "$1/root/proc"
mount --rbind /dev "$1/root/dev"
mount -t tmpfs tmpfs "$1/root/run"
mount -t tmpfs tmpfs "$1/root/tmp"
echo mounted
exec cat
`;

export class PrivateRoot implements AsyncDisposable {
  readonly #holder: Deno.ChildProcess;
  readonly #mountPoint: string;

  private constructor(holder: Deno.ChildProcess, mountPoint: string) {
    this.#holder = holder;
    this.#mountPoint = mountPoint;
  }

  static async mount(): Promise<PrivateRoot> {
    const mountPoint = await Deno.makeTempDir({ prefix: "rankserver-root-" });
    const holder = new Deno.Command("unshare", {
      args: ["--mount", "--propagation=private", "sh", "-c", HOLD, "sh", mountPoint],
      stdin: "piped",
      stdout: "piped",
      stderr: "piped",
    }).spawn();
    const root = new PrivateRoot(holder, mountPoint);
    const reader = holder.stdout.getReader();
    const { done } = await reader.read();
    reader.releaseLock();
    if (!done) return root;
    const why = (await new Response(holder.stderr).text()).trim();
    await root.#end();
    throw new Error(`Cannot mount a private root: ${why}`);
  }

  /** The words that start a program in it; the process keeps its number. */
  words(...command: readonly string[]): [string, ...string[]] {
    const path = `${this.#mountPoint}/root`;
    return ["nsenter", `--target=${this.#holder.pid}`, "--mount", "chroot", path, ...command];
  }

  /** Runs a shell script in it. @returns its standard output. @throws {Error} if it fails */
  async run(script: string): Promise<string> {
    const [program, ...args] = this.words("env", "DEBIAN_FRONTEND=noninteractive", "sh", "-ec", script);
    return (await outputOf(program, ...args)).trim();
  }

  /** Copies a file into its /tmp. @returns the path there */
  async copy(file: string): Promise<string> {
    const target = `/tmp/${file.slice(file.lastIndexOf("/") + 1)}`;
    const path = `${this.#mountPoint}/root${target}`;
    await outputOf("nsenter", `--target=${this.#holder.pid}`, "--mount", "cp", file, path);
    return target;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#holder.stderr.cancel();
    await this.#end();
  }

  async #end(): Promise<void> {
    await this.#holder.stdout.cancel();
    await this.#holder.stdin.close().catch(() => {});
    await this.#holder.status;
    // The mounts went with the namespace.
    await Deno.remove(this.#mountPoint);
  }
}

/** Why there is no private root here; `undefined` where there can be one. */
export const whyNoPrivateRoot = await whyNot();
if (whyNoPrivateRoot !== undefined) console.warn(`${whyNoPrivateRoot}: no package is installed in a test`);

async function whyNot(): Promise<string | undefined> {
  if (Deno.build.os !== "linux" || Deno.uid() !== 0) return "only root on Linux can install packages";
  for (const program of ["dpkg", "adduser", "unshare", "nsenter", "setpriv"]) {
    try {
      await runProgram(program, "--version");
    } catch (error) {
      if (!(error instanceof Deno.errors.NotFound)) throw error;
      return `${program} is missing`;
    }
  }
  try {
    await using root = await PrivateRoot.mount();
    await root.run("test -d /var/lib/dpkg/info");
    return undefined;
  } catch (error) {
    return (error as Error).message;
  }
}
