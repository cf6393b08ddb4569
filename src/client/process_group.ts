// A program in a process group of its own, so that it can be stopped together with everything it started, and its input
// and output as streams.

import { GroupSignals, type StopTimes } from "./group_signals.ts";

export interface ProgramStart {
  readonly argv: readonly [program: string, ...args: string[]];
  readonly cwd: string | undefined;
  /** Added to the environment of this process. */
  readonly env: Readonly<Record<string, string>>;
}

export class ProcessGroup {
  readonly #child: Deno.ChildProcess;
  readonly #signals: GroupSignals;

  /** Starts the program, never through a shell. Throws when it cannot be started. */
  constructor({ argv: [program, ...args], cwd, env }: ProgramStart) {
    this.#child = new Deno.Command(program, {
      args,
      env,
      ...(cwd === undefined ? {} : { cwd }),
      stdin: "piped",
      stdout: "piped",
      stderr: "piped",
      detached: true,
    }).spawn();
    this.#signals = new GroupSignals(this.#child.pid);
  }

  get pid(): number {
    return this.#child.pid;
  }

  get stdin(): WritableStream<Uint8Array<ArrayBuffer>> {
    return this.#child.stdin;
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
