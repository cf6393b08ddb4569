// A terminal in which a reader of the README or of another page runs a line or a block as printed, with the executables on PATH. The port
// comes from the environment, so that each test has its own; only `nc` has it in its line.

import { dirname } from "node:path";
import { Arrivals } from "../../support/server/arrivals.ts";
import { SERVER } from "../../support/programs/executables.ts";
import { portOf } from "../../support/programs/start_process.ts";

/** The port that the README prints. */
const PRINTED_PORT = /(?<=^nc \S+ )6001$/;

/** The directory and the environment that the terminals of one reader share. */
export class Reader implements AsyncDisposable {
  readonly home: string;
  readonly #shells: Shell[] = [];
  readonly #more: Readonly<Record<string, string>>;
  #port = 0;

  private constructor(home: string, more: Readonly<Record<string, string>>) {
    this.home = home;
    this.#more = more;
  }

  /** @param more variables for the environment of every terminal. */
  static async start(more: Readonly<Record<string, string>> = {}): Promise<Reader> {
    return new Reader(await Deno.makeTempDir({ prefix: "rank-readme-" }), more);
  }

  /** What a terminal has in its environment. */
  get env(): Record<string, string> {
    return {
      PATH: `${dirname(SERVER[0])}:${Deno.env.get("PATH")}`,
      HOME: this.home,
      RANKSERVER_PORT: String(this.#port),
      // Its events have names, which stay when the wording of the text changes.
      RANKSERVER_LOG_FORMAT: "json",
      RANKCLIENT_PORT: String(this.#port),
      ...this.#more,
    };
  }

  /** The line for this reader's server. */
  here(line: string): string {
    return line.replace(PRINTED_PORT, String(this.#port));
  }

  run(script: string): Shell {
    const shell = new Shell(this.here(script), this.home, this.env);
    this.#shells.push(shell);
    return shell;
  }

  /** Runs what starts the server; a later start gets the same port. */
  async serve(script: string): Promise<Shell> {
    const shell = this.run(script);
    this.#port = portOf(await shell.line(/listening/));
    return shell;
  }

  /** Runs a command to its end. */
  async finish(script: string): Promise<{ code: number; output: string }> {
    const shell = this.run(script);
    await shell.endInput();
    const code = await shell.ended();
    return { code, output: shell.output.join("\n") };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    // Clients first: they were started last.
    for (const shell of this.#shells.toReversed()) await shell.stop();
    await Deno.remove(this.home, { recursive: true });
  }
}

export class Shell {
  readonly #child: Deno.ChildProcess;
  readonly #input: WritableStreamDefaultWriter<Uint8Array<ArrayBuffer>>;
  readonly #lines = new Arrivals<string>("lines");
  readonly #read: Promise<unknown>;
  #hasEnded = false;

  constructor(script: string, cwd: string, env: Record<string, string>) {
    this.#child = new Deno.Command("bash", {
      args: ["-c", script],
      cwd,
      env,
      stdin: "piped",
      stdout: "piped",
      stderr: "piped",
      // A process group of its own, which ends with all that the shell has started.
      detached: true,
    }).spawn();
    this.#child.status.then(() => this.#hasEnded = true);
    this.#input = this.#child.stdin.getWriter();
    this.#read = Promise.all([this.#collect(this.#child.stdout), this.#collect(this.#child.stderr)])
      .then(() => this.#lines.end("end of output"));
  }

  /** Of the program, if the script is a single command: bash becomes that. */
  get pid(): number {
    return this.#child.pid;
  }

  /** Standard output and standard error. */
  get output(): readonly string[] {
    return this.#lines.all;
  }

  line(pattern: RegExp, withinMs?: number): Promise<string> {
    return this.#lines.until((line) => pattern.test(line), withinMs);
  }

  /** Of a server: waits for an event about the client of this rank. */
  async event(name: "client_seated" | "client_back" | "client_away", rank: number): Promise<void> {
    await this.line(new RegExp(`"event":"${name}".*"rank":${rank},`));
  }

  async type(line: string): Promise<void> {
    await this.#input.write(new TextEncoder().encode(`${line}\n`));
  }

  async endInput(): Promise<void> {
    await this.#input.close().catch(() => {});
  }

  /** Waits for its end. @returns the exit code */
  async ended(): Promise<number> {
    const { code } = await this.#child.status;
    await this.#read;
    return code;
  }

  signal(signal: Deno.Signal): void {
    if (!this.#hasEnded) Deno.kill(-this.#child.pid, signal);
  }

  async stop(signal: Deno.Signal = "SIGTERM"): Promise<void> {
    this.signal(signal);
    await this.endInput();
    await this.ended();
  }

  async #collect(bytes: ReadableStream<Uint8Array<ArrayBuffer>>): Promise<void> {
    let tail = "";
    for await (const text of bytes.pipeThrough(new TextDecoderStream())) {
      const lines = (tail + text).split("\n");
      tail = lines.pop()!;
      for (const line of lines) this.#lines.push(line);
    }
    if (tail !== "") this.#lines.push(tail);
  }
}
