// A program in a process group of its own, so that it can be stopped together with everything it started. Linux and
// other POSIX systems: the group's number is the program's process id, and a negative number signals all of the group.

import { delay } from "@std/async";

export interface ProgramStart {
  readonly argv: readonly [program: string, ...args: string[]];
  readonly cwd: string | undefined;
  /** Added to the environment of this process. */
  readonly env: Readonly<Record<string, string>>;
}

export interface StopTimes {
  /** From TERM to KILL. */
  readonly killAfterMs: number;
  /** Between two looks at whether the group is gone. */
  readonly groupPollMs: number;
  /** From KILL to the end of the wait. */
  readonly groupGoneMs: number;
}

export class ProcessGroup {
  readonly #child: Deno.ChildProcess;

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

  /**
   * TERM to all of the group, and KILL to what is left of it after `killAfterMs`. Resolves when nobody is left, or a
   * moment after KILL: it works at once, but where orphans are not waited for (a container without an init process)
   * the dead are counted as members for ever.
   */
  async stop({ killAfterMs, groupPollMs, groupGoneMs }: StopTimes): Promise<void> {
    if (!this.#signal("SIGTERM") || await this.#isGoneWithin(killAfterMs, groupPollMs)) return;
    this.kill();
    await this.#isGoneWithin(groupGoneMs, groupPollMs);
  }

  /** KILL to all of the group, at once. */
  kill(): void {
    this.#signal("SIGKILL");
  }

  /** Nothing tells when a group is gone; the program's own end does not say it for what it started. */
  async #isGoneWithin(ms: number, pollMs: number): Promise<boolean> {
    for (let leftMs = ms; leftMs > 0; leftMs -= pollMs) {
      await delay(Math.min(pollMs, leftMs));
      // Signal 0 is never delivered: kill(2) only says whether there is anybody to deliver it to.
      if (!this.#signal(0 as unknown as Deno.Signal)) return true;
    }
    return false;
  }

  /** False when nobody of the group is left. */
  #signal(signal: Deno.Signal): boolean {
    try {
      Deno.kill(-this.#child.pid, signal);
      return true;
    } catch (error) {
      // Somebody of the group who may not be signalled (EPERM) is there all the same.
      return !(error instanceof Deno.errors.NotFound);
    }
  }
}
