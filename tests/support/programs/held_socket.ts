// A server whose listening socket another process holds and passes to it, as systemd does for a socket unit.

import { join } from "node:path";
import { Arrivals } from "../server/arrivals.ts";
import type { Program } from "./start_process.ts";

export const isPythonMissing = await new Deno.Command("sh", {
  args: ["-c", "command -v python3"],
  stdout: "null",
}).output().then(({ success }) => !success);
if (isPythonMissing) console.warn("python3 is missing: the tests of sockets that systemd passes are ignored");

export interface HeldSocketOptions {
  readonly program: Program;
  readonly args?: readonly string[];
  readonly env?: Record<string, string>;
  /** An address of this machine, or the path of a Unix socket. */
  readonly address?: string;
  /** How often the socket is passed. */
  readonly count?: number;
}

export class HeldSocket implements AsyncDisposable {
  readonly #child: Deno.ChildProcess;
  readonly #input: WritableStreamDefaultWriter<Uint8Array>;
  readonly #output = new Arrivals<string>("lines of output");
  readonly #errors: Promise<string>;
  readonly #reading: Promise<void>;
  #port = 0;

  private constructor({ program, args = [], env = {}, address = "127.0.0.1", count = 1 }: HeldSocketOptions) {
    this.#child = new Deno.Command("python3", {
      args: [join(import.meta.dirname!, "hold_socket.py"), address, String(count), "--", ...program, ...args],
      env,
      stdin: "piped",
      stdout: "piped",
      stderr: "piped",
    }).spawn();
    this.#input = this.#child.stdin.getWriter();
    this.#errors = new Response(this.#child.stderr).text();
    this.#reading = this.#read();
  }

  /** Resolves when the socket is open. No server has been started. */
  static async open(options: HeldSocketOptions): Promise<HeldSocket> {
    const held = new HeldSocket(options);
    held.#port = Number((await held.line("holding")).split(" ")[1]);
    return held;
  }

  get port(): number {
    return this.#port;
  }

  /** Every line of the servers' output so far. */
  get output(): readonly string[] {
    return this.#output.all;
  }

  /** The next unread line of output with `part` in it. */
  line(part: string): Promise<string> {
    return this.#output.next((line) => line.includes(part));
  }

  start(): Promise<void> {
    return this.#tell("start");
  }

  /** Resolves with the exit code. */
  async stop(): Promise<number> {
    await this.#tell("stop");
    return await this.#exitCode();
  }

  /** Waits for a server that ends by itself. Resolves with the exit code. */
  async exited(): Promise<number> {
    await this.#tell("wait");
    return await this.#exitCode();
  }

  /** Sends a signal to the server. */
  async signal(signal: "SIGUSR2"): Promise<void> {
    await this.#tell(signal);
  }

  async #tell(word: string): Promise<void> {
    await this.#input.write(new TextEncoder().encode(`${word}\n`));
  }

  async #exitCode(): Promise<number> {
    return Number((await this.line("exit code:")).split(" ")[2]);
  }

  /** Ends everything. Resolves with what the servers wrote to standard error. */
  async close(): Promise<string> {
    await this.#input.close().catch(() => {});
    await this.#child.status;
    await this.#reading;
    return await this.#errors;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }

  async #read(): Promise<void> {
    let tail = "";
    for await (const text of this.#child.stdout.pipeThrough(new TextDecoderStream())) {
      const lines = (tail + text).split("\n");
      tail = lines.pop()!;
      for (const line of lines) this.#output.push(line);
    }
    this.#output.end("end of output");
  }
}
