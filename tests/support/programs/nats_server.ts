// A nats-server with JetStream on a free port, with a directory of its own.

import { join } from "node:path";

/** Tests with three replicas take NATS_SERVER, when it is set: they need version 2.10 or later. */
export const NATS_SERVER = "nats-server";
export const CLUSTER_SERVER = Deno.env.get("NATS_SERVER") ?? NATS_SERVER;

const START_MS = 15_000;

/** "2.9.10"; `undefined`: there is no such program. */
export async function natsVersion(program: string): Promise<string | undefined> {
  try {
    const { stdout } = await new Deno.Command(program, { args: ["--version"] }).output();
    return /v(\d+\.\d+\.\d+)/.exec(new TextDecoder().decode(stdout))?.[1];
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return undefined;
    throw error;
  }
}

/** For `ignore` of a test; says why. */
export async function isNatsMissing(program = NATS_SERVER, minMinor = 0): Promise<boolean> {
  const version = await natsVersion(program);
  if (version !== undefined && Number(version.split(".")[1]) >= minMinor) return false;
  const found = version === undefined ? "is missing" : `is ${version}`;
  console.log(
    `${program} ${found}${minMinor > 0 ? ` (2.${minMinor} is needed)` : ""}: its tests are ignored`,
  );
  return true;
}

export interface NatsServerOptions {
  readonly program?: string;
  /** Sections of the configuration file. */
  readonly config?: string;
  /** Serve HTTP with facts about the server. */
  readonly hasMonitor?: boolean;
}

export class NatsServer implements AsyncDisposable {
  readonly folder: string;
  readonly #options: NatsServerOptions;
  #child: Deno.ChildProcess | undefined;
  #port = -1;
  #monitor = "";

  private constructor(folder: string, options: NatsServerOptions) {
    this.folder = folder;
    this.#options = options;
  }

  static async start(options: NatsServerOptions = {}): Promise<NatsServer> {
    const server = new NatsServer(await Deno.makeTempDir({ prefix: "nats-" }), options);
    await server.restart();
    return server;
  }

  get address(): string {
    return `127.0.0.1:${this.#port}`;
  }

  /** The URL of its HTTP server. */
  get monitor(): string {
    return this.#monitor;
  }

  get store(): string {
    return join(this.folder, "store");
  }

  /** Starts it again with what is in its store, on the same port; with another configuration, if one is given. */
  async restart(config = this.#options.config ?? ""): Promise<void> {
    const file = join(this.folder, "nats.conf");
    // An empty file is reported as a fault.
    await Deno.writeTextFile(file, `debug: false\n${config}`);
    const args = ["-c", file, "-a", "127.0.0.1", "-p", `${this.#port}`];
    // The server takes one directory only.
    if (!/\bstore_dir\b/.test(config)) args.push("-js", "-sd", this.store);
    if (this.#options.hasMonitor) args.push("-m", "-1");
    this.#child = new Deno.Command(this.#options.program ?? NATS_SERVER, {
      args: [...args, "--ports_file_dir", this.folder, "-l", join(this.folder, "log")],
      stdin: "null",
      stdout: "null",
      // It is used before the log is, for a wrong configuration.
      stderr: "inherit",
    }).spawn();
    await this.#listening(this.#child.pid);
  }

  signal(signal: Deno.Signal): void {
    this.#child?.kill(signal);
  }

  async kill(): Promise<void> {
    this.signal("SIGKILL");
    await this.#child?.status;
    this.#child = undefined;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#child !== undefined) await this.kill();
    await Deno.remove(this.folder, { recursive: true });
  }

  async #listening(pid: number): Promise<void> {
    const deadline = performance.now() + START_MS;
    for (;;) {
      for await (const { name } of Deno.readDir(this.folder)) {
        if (!name.endsWith(`_${pid}.ports`)) continue;
        const { nats, monitoring } = parsePorts(await Deno.readTextFile(join(this.folder, name)));
        const url = nats?.[0];
        if (url === undefined) continue;
        this.#port = Number(new URL(url).port);
        this.#monitor = monitoring?.[0] ?? "";
        return;
      }
      if (performance.now() > deadline) throw new Error("nats-server does not listen");
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  }
}

/** The file may be half written. */
function parsePorts(
  text: string,
): { readonly nats?: readonly string[]; readonly monitoring?: readonly string[] } {
  try {
    return JSON.parse(text);
  } catch {
    return {};
  }
}
