// Process groups: a program and all that it starts, unless a process leaves the group. Linux and other POSIX systems: the
// number of a group is the process ID of its first process, and a negative number signals all of it.

import { wait } from "../../time/mod.ts";
import { endOf, type ProgramEnd } from "./program_end.ts";
import { DENO_SIGNALS, type SignalSystem } from "./signal_system.ts";

export interface StopTimes {
  /** From TERM to KILL. */
  readonly killAfterMs: number;
  /** Between two checks of whether the group is gone. */
  readonly groupPollMs: number;
  /** From KILL to the end of the wait. */
  readonly groupGoneMs: number;
}

/** A dead process counts as a member of its group until its parent waits for it. */
export interface DeadProcesses {
  /** Waits for the dead that this process can wait for. Called before each check. */
  readonly reapOrphans: () => void;
  /** Whether a group has a process that is not known to be dead. */
  readonly isRunning: (group: number) => boolean;
}

/** Where an init process waits for all of them, or nothing more can be known. */
export const WAITED_FOR: DeadProcesses = { reapOrphans() {}, isRunning: () => true };

/** Between two searches of all processes of the machine while the group runs: they take longer than a signal. */
const SEARCH_MS = 100;
/** So many searches in a row must find no living process. */
const PROVING_SEARCHES = 2;

export class GroupSignals {
  readonly #pid: number;
  readonly #dead: DeadProcesses;
  readonly #system: SignalSystem;

  constructor(pid: number, dead: DeadProcesses = WAITED_FOR, system: SignalSystem = DENO_SIGNALS) {
    this.#pid = pid;
    this.#dead = dead;
    this.#system = system;
  }

  /**
   * TERM to all of the group, and KILL to the rest of it after `killAfterMs`. Resolves when nothing is left, or
   * `groupGoneMs` after KILL. @returns whether the group is gone
   */
  async stop({ killAfterMs, groupPollMs, groupGoneMs }: StopTimes): Promise<boolean> {
    if (!this.#signal("SIGTERM")) return true;
    // A search misses a process that forks and ends while it is under way. KILL misses none: it reaches all of the group
    // in one step, and what they were about to fork.
    if (await this.#waitForEnd(killAfterMs, groupPollMs, 1) === "gone") return true;
    this.kill();
    return await this.isGoneWithin(groupGoneMs, groupPollMs);
  }

  /** KILL to all of the group. */
  kill(): void {
    this.#signal("SIGKILL");
  }

  /** Call it after {@linkcode kill}: only then is a group that seems dead gone. */
  async isGoneWithin(ms: number, pollMs: number): Promise<boolean> {
    return await this.#waitForEnd(ms, pollMs, PROVING_SEARCHES) !== "running";
  }

  /** "dead": so many `searches` in a row have found only dead processes. */
  async #waitForEnd(ms: number, pollMs: number, searches: number): Promise<"gone" | "dead" | "running"> {
    const now = () => this.#system.now().running;
    const end = now() + ms;
    let searchAt = now();
    let found = 0;
    for (let left = ms; left > 0; left = end - now()) {
      await wait(this.#system.after, Math.min(pollMs, left));
      this.#dead.reapOrphans();
      // Signal 0 is never delivered: kill(2) only says whether there is a process to deliver it to.
      if (!this.#signal("none")) return "gone";
      if (now() < searchAt) continue;
      found = this.#dead.isRunning(this.#pid) ? 0 : found + 1;
      if (found === searches) return "dead";
      searchAt = now() + (found > 0 ? 0 : SEARCH_MS);
    }
    return "running";
  }

  /** False when the group has no process. */
  #signal(signal: Deno.Signal | "none"): boolean {
    return this.#system.signal(-this.#pid, signal);
  }
}

export interface ProgramStart {
  readonly argv: readonly [program: string, ...args: string[]];
  readonly cwd: string | undefined;
  /** Added to the environment of this process. */
  readonly env: Readonly<Record<string, string>>;
  /** For its standard input; `undefined`: there is nothing to read. */
  readonly input: string | undefined;
}

/** A program in a process group of its own; its input is written, its output is a stream. */
export class ProcessGroup {
  readonly #child: Deno.ChildProcess;
  readonly #signals: GroupSignals;
  readonly #input: WritableStreamDefaultWriter<Uint8Array<ArrayBuffer>> | undefined;
  /** Resolves when the input has been written, or cannot be. */
  readonly #feeding: Promise<void> | undefined;
  /** How the program itself ended; what it started may still run. Never rejects. */
  readonly status: Promise<ProgramEnd>;

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
    this.status = endOf(this.#child.status);
    this.#signals = new GroupSignals(this.#child.pid);
    if (input === undefined) return;
    this.#input = this.#child.stdin.getWriter();
    this.#feeding = feed(this.#input, input);
  }

  get pid(): number {
    return this.#child.pid;
  }

  /**
   * Writes no more of its input. Resolves when no write is under way, which a process that the program left behind can
   * delay without limit: a write cannot be called back.
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

  /** TERM to all of the group, and KILL to the rest of it. */
  async stop(times: StopTimes): Promise<void> {
    await this.#signals.stop(times);
  }

  /** KILL to all of the group. */
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
