// A server as a process of its own, from the sources or as the executable, driven as a user would: arguments, signals,
// output, exit code.

import { join } from "node:path";
import { Arrivals, WAIT_MS } from "../server/arrivals.ts";

export const PROJECT = join(import.meta.dirname!, "..", "..", "..");

/** The program and its first arguments. */
export type Program = readonly [file: string, ...args: string[]];

/** The server from its sources, as `deno task start` runs it. */
export const FROM_SOURCES: Program = [
  Deno.execPath(),
  "run",
  "--no-prompt",
  "--v8-flags=--max-semi-space-size=4",
  "--allow-net",
  "--allow-read",
  "--allow-write",
  "--allow-env",
  "--allow-ffi",
  join(PROJECT, "main.ts"),
  "server",
];

/** The client from its sources, as `deno task client` runs it. */
export const CLIENT_FROM_SOURCES: Program = [
  Deno.execPath(),
  "run",
  "--no-prompt",
  "--allow-net",
  "--allow-read",
  "--allow-write",
  "--allow-env",
  "--allow-run",
  "--allow-ffi",
  join(PROJECT, "main.ts"),
  "client",
];

export interface ProcessOptions {
  readonly program?: Program;
  readonly args?: readonly string[];
  readonly env?: Record<string, string>;
  readonly cwd?: string;
  /** For the process alone: the most descriptors it may have open. */
  readonly maxDescriptors?: number;
}

export interface Exit {
  /** The exit code; 128 and the signal's number when a signal ended it. */
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** What a line of the server's log begins with: RFC 3339, UTC. */
const TIME = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z /;

export class ServerProcess {
  readonly #child: Deno.ChildProcess;
  readonly #output = new Arrivals<string>("lines of output");
  readonly #timedOutput: string[] = [];
  readonly #errors: Promise<string>;
  readonly #read: Promise<void>;
  #port = 0;

  private constructor(child: Deno.ChildProcess) {
    this.#child = child;
    this.#read = this.#collect(child.stdout);
    this.#errors = new Response(child.stderr).text();
  }

  /** Starts a process; it may still end without listening. */
  static spawn(options: ProcessOptions = {}): ServerProcess {
    const { program = FROM_SOURCES, args = [], env = {}, cwd, maxDescriptors } = options;
    const argv = maxDescriptors === undefined
      ? [...program, ...args]
      : ["sh", "-c", `ulimit -n ${maxDescriptors}; exec "$@"`, "sh", ...program, ...args];
    const child = new Deno.Command(argv[0]!, {
      args: argv.slice(1),
      env,
      ...(cwd === undefined ? {} : { cwd }),
      stdin: "null",
      stdout: "piped",
      stderr: "piped",
    }).spawn();
    return new ServerProcess(child);
  }

  /** Starts a server on a free port and waits until it listens. */
  static async start(options: ProcessOptions = {}): Promise<ServerProcess> {
    const started = ServerProcess.spawn({ ...options, args: ["--port", "0", ...options.args ?? []] });
    try {
      started.#port = portOf(await started.line("listening"));
      return started;
    } catch (error) {
      await started[Symbol.asyncDispose]();
      throw new Error(`Cannot start a server: ${await started.#errors}`, { cause: error });
    }
  }

  get port(): number {
    return this.#port;
  }

  get pid(): number {
    return this.#child.pid;
  }

  /** Every line of output so far, without the times of the log. */
  get output(): readonly string[] {
    return this.#output.all;
  }

  /** The same lines as they were written. */
  get timedOutput(): readonly string[] {
    return this.#timedOutput;
  }

  /** Waits for the first line of output ever with `part` in it. */
  line(part: string | RegExp, withinMs?: number): Promise<string> {
    return this.#output.until(toMatch(part), withinMs);
  }

  /** The next unread line of output with `part` in it. */
  nextLine(part: string | RegExp | ((line: string) => boolean), withinMs?: number): Promise<string> {
    return this.#output.next(toMatch(part), withinMs);
  }

  signal(signal: Deno.Signal): void {
    this.#child.kill(signal);
  }

  /** Waits for the end of the process; kills it when that takes too long. */
  async exit(withinMs = WAIT_MS): Promise<Exit> {
    let isLate = false;
    const timer = setTimeout(() => {
      isLate = true;
      this.#child.kill("SIGKILL");
    }, withinMs);
    const { code } = await this.#child.status;
    clearTimeout(timer);
    await this.#read;
    const stdout = this.#output.all.map((line) => `${line}\n`).join("");
    if (isLate) throw new Error(`The server did not end within ${withinMs} ms; it said\n${stdout}`);
    return { code, stdout, stderr: await this.#errors };
  }

  async stop(signal: Deno.Signal = "SIGTERM", withinMs?: number): Promise<Exit> {
    this.#kill(signal);
    return await this.exit(withinMs);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#kill("SIGKILL");
    await this.exit();
  }

  #kill(signal: Deno.Signal): void {
    try {
      this.#child.kill(signal);
    } catch {
      // It has ended already.
    }
  }

  async #collect(stdout: ReadableStream<Uint8Array<ArrayBuffer>>): Promise<void> {
    let tail = "";
    for await (const text of stdout.pipeThrough(new TextDecoderStream())) {
      const lines = (tail + text).split("\n");
      tail = lines.pop()!;
      for (const line of lines) this.#add(line);
    }
    if (tail !== "") this.#add(tail);
    this.#output.end("end of output");
  }

  #add(line: string): void {
    this.#timedOutput.push(line);
    this.#output.push(line.replace(TIME, ""));
  }
}

function toMatch(part: string | RegExp | ((line: string) => boolean)): (line: string) => boolean {
  if (typeof part === "function") return part;
  return typeof part === "string" ? (line) => line.includes(part) : (line) => part.test(line);
}

/** The port in the line that tells where the server listens, in either format. */
export function portOf(line: string): number {
  return Number(/"port":(\d+)/.exec(line)?.[1] ?? /port: (\d+)/.exec(line)?.[1]);
}
