// The programs of a demonstration: each runs as a process of its own, and its lines are printed under its name, in the order in
// which the play waits for them.

import { deadline } from "@std/async/deadline";
import { TextLineStream } from "./text_lines.ts";

const MAIN = new URL("../main.ts", import.meta.url).pathname;
const STEP_TIMEOUT_MS = 20_000;
const NAME_WIDTH = 6;

/** A running program whose lines are printed under its name. */
export class Actor {
  readonly name: string;
  readonly #process: Deno.ChildProcess;
  readonly #input: WritableStreamDefaultWriter<Uint8Array>;
  readonly #lines: string[] = [];
  #arrived = Promise.withResolvers<void>();

  constructor(name: string, args: readonly string[]) {
    this.name = name;
    this.#process = new Deno.Command(Deno.execPath(), {
      args: ["run", "--no-prompt", "--allow-all", MAIN, ...args],
      // The times of the server's log would differ from one run to the next.
      env: { RANKSERVER_LOG_TIME: "false" },
      stdin: "piped",
      stdout: "piped",
      stderr: "piped",
    }).spawn();
    this.#input = this.#process.stdin.getWriter();
    this.#collect(this.#process.stdout);
    this.#collect(this.#process.stderr);
  }

  /** Prints the lines up to the first one that matches, and returns its match. */
  async shows(pattern: RegExp): Promise<RegExpExecArray> {
    while (true) {
      for (let line; (line = this.#lines.shift()) !== undefined;) {
        this.#print("|", line);
        const match = pattern.exec(line);
        if (match !== null) return match;
      }
      this.#arrived = Promise.withResolvers();
      await deadline(this.#arrived.promise, STEP_TIMEOUT_MS);
    }
  }

  async types(line: string): Promise<void> {
    this.#print(">", line);
    await this.#input.write(new TextEncoder().encode(`${line}\n`));
  }

  /** Ends its input, and waits until it has exited. */
  async leaves(): Promise<void> {
    await this.#input.close();
    await this.#process.status;
  }

  async stops(): Promise<void> {
    await this.gets("SIGTERM");
    await this.shows(/stopped$/);
  }

  /** Resolves when it has ended. After SIGKILL it has had no time to say anything. */
  async gets(signal: Deno.Signal): Promise<void> {
    this.#process.kill(signal);
    await this.#process.status;
  }

  /** For a play that has failed: nothing is left running. */
  [Symbol.dispose](): void {
    try {
      this.#process.kill("SIGKILL");
    } catch {
      // It has ended.
    }
  }

  #print(sign: string, line: string): void {
    console.log(`${this.name.padEnd(NAME_WIDTH)} ${sign} ${line}`);
  }

  async #collect(bytes: ReadableStream<Uint8Array>): Promise<void> {
    for await (const line of bytes.pipeThrough(new TextLineStream())) {
      this.#lines.push(line);
      this.#arrived.resolve();
    }
  }
}

export function scene(title: string): void {
  console.log(`\n# ${title}`);
}
