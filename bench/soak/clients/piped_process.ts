// A client without a terminal, as a process of its own. Its output is read line by line and not kept.

import type { Program } from "../../../tests/support/programs/start_process.ts";
import { TextLineStream } from "../../../tools/text_lines.ts";

const LAST_LINES = 5;
/** Until a client that does not end is killed: far longer than one takes. */
const END_MS = 30_000;

export class PipedProcess {
  readonly #child: Deno.ChildProcess;
  readonly #input: WritableStreamDefaultWriter<Uint8Array<ArrayBuffer>>;
  readonly #read: Promise<unknown>;
  readonly #lastErrors: string[] = [];
  #hasEnded = false;

  /** @param onLine called with every line of stdout and stderr. */
  constructor([file, ...args]: Program, onLine: (line: string) => void) {
    this.#child = new Deno.Command(file, { args, stdin: "piped", stdout: "piped", stderr: "piped" }).spawn();
    this.#input = this.#child.stdin.getWriter();
    this.#read = Promise.all([
      eachLine(this.#child.stdout, onLine),
      eachLine(this.#child.stderr, (line) => {
        this.#lastErrors.push(line);
        if (this.#lastErrors.length > LAST_LINES) this.#lastErrors.shift();
        onLine(line);
      }),
    ]);
    this.#child.status.then(() => this.#hasEnded = true);
  }

  get pid(): number {
    return this.#child.pid;
  }

  get hasEnded(): boolean {
    return this.#hasEnded;
  }

  /** The end of its stderr. */
  get lastErrors(): string {
    return this.#lastErrors.join("\n");
  }

  /** Resolves when the pipe has taken it, or is broken. */
  async write(text: string): Promise<void> {
    await this.#input.write(new TextEncoder().encode(text)).catch(() => {/* It has ended. */});
  }

  /** @returns the exit code: 137 if it had to be killed */
  async stop(signal: Deno.Signal = "SIGTERM"): Promise<number> {
    this.#kill(signal);
    const timer = setTimeout(() => this.#kill("SIGKILL"), END_MS);
    const { code } = await this.#child.status;
    clearTimeout(timer);
    await this.#read;
    await this.#input.abort().catch(() => {/* It has broken already. */});
    return code;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.stop("SIGKILL");
  }

  #kill(signal: Deno.Signal): void {
    if (!this.#hasEnded) this.#child.kill(signal);
  }
}

async function eachLine(
  stream: ReadableStream<Uint8Array>,
  onLine: (line: string) => void,
): Promise<void> {
  for await (const line of stream.pipeThrough(new TextLineStream())) onLine(line);
}
