// A program in a process group of its own, so that it can be stopped together with everything it started; its input is
// written, its output is a stream.

import { GroupSignals, type StopTimes } from "./group_signals.ts";

export interface ProgramStart {
  readonly argv: readonly [program: string, ...args: string[]];
  readonly cwd: string | undefined;
  /** Added to the environment of this process. */
  readonly env: Readonly<Record<string, string>>;
  /** For its standard input; `undefined`: there is nothing to read. */
  readonly input: string | undefined;
}

export class ProcessGroup {
  readonly #child: Deno.ChildProcess;
  readonly #signals: GroupSignals;
  readonly #input: WritableStreamDefaultWriter<Uint8Array<ArrayBuffer>> | undefined;
  /** Resolves when the input has been written, or cannot be. */
  readonly #feeding: Promise<void> | undefined;

  /** Starts the program, never through a shell. Throws when it cannot be started. */
  constructor({ argv: [program, ...args], cwd, env, input }: ProgramStart) {
    this.#child = new Deno.Command(program, {
      args,
      env,
      ...(cwd === undefined ? {} : { cwd }),
      stdin: input === undefined ? "null" : "piped",
      stdout: "piped",
      stderr: "piped",
      detached: true,
    }).spawn();
    this.#signals = new GroupSignals(this.#child.pid);
    if (input === undefined) return;
    this.#input = this.#child.stdin.getWriter();
    this.#feeding = feed(this.#input, input);
  }

  get pid(): number {
    return this.#child.pid;
  }

  /**
   * Writes no more of its input. Resolves when nothing is written any more, which what the program left behind can put
   * off for as long as it likes: a write under way cannot be called back.
   */
  async closeInput(): Promise<void> {
    await this.#input?.abort().catch(() => {/* Closed already. */});
    await this.#feeding;
  }

  get stdout(): ReadableStream<Uint8Array> {
    return this.#child.stdout;
  }

  get stderr(): ReadableStream<Uint8Array> {
    return this.#child.stderr;
  }

  /** How the program itself ended; what it started may still run. */
  get status(): Promise<Deno.CommandStatus> {
    return this.#child.status;
  }

  /** TERM to all of the group, and KILL to what is left of it. */
  async stop(times: StopTimes): Promise<void> {
    await this.#signals.stop(times);
  }

  /** KILL to all of the group, at once. */
  kill(): void {
    this.#signals.kill();
  }
}

/** A program need not read its input; that it does not is no failure. */
async function feed(
  stdin: WritableStreamDefaultWriter<Uint8Array<ArrayBuffer>>,
  input: string,
): Promise<void> {
  try {
    await stdin.write(new TextEncoder().encode(input));
    await stdin.close();
  } catch {
    // It closed its input, or has ended.
  }
}
