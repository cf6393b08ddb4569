// Signals to all of a process group. Linux and other POSIX systems: the group's number is the process id of the program
// that was started in it, and a negative number signals all of it.

import { delay } from "@std/async";

export interface StopTimes {
  /** From TERM to KILL. */
  readonly killAfterMs: number;
  /** Between two looks at whether the group is gone. */
  readonly groupPollMs: number;
  /** From KILL to the end of the wait. */
  readonly groupGoneMs: number;
}

/** A dead process counts as a member of its group until it is waited for: who waits for some, and sees through the rest. */
export interface DeadProcesses {
  /** Waits for those that this process can wait for. Called before each look. */
  readonly reapOrphans: () => void;
  /** Whether any process of a group is more than dead. */
  readonly isRunning: (group: number) => boolean;
}

/** Where an init process waits for all of them, or nothing more can be known. */
export const WAITED_FOR: DeadProcesses = { reapOrphans() {}, isRunning: () => true };

/** Between two looks at all processes of the machine, which take longer than a signal. */
const RUNNING_POLL_MS = 100;

export class GroupSignals {
  readonly #pid: number;
  readonly #dead: DeadProcesses;

  constructor(pid: number, dead: DeadProcesses = WAITED_FOR) {
    this.#pid = pid;
    this.#dead = dead;
  }

  /**
   * TERM to all of the group, and KILL to what is left of it after `killAfterMs`. Resolves when nothing is left, or
   * `groupGoneMs` after KILL.
   *
   * @returns whether a signal finds no process of the group any more
   */
  async stop({ killAfterMs, groupPollMs, groupGoneMs }: StopTimes): Promise<boolean> {
    if (!this.#signal("SIGTERM") || await this.isGoneWithin(killAfterMs, groupPollMs)) return true;
    this.kill();
    return await this.isGoneWithin(groupGoneMs, groupPollMs);
  }

  /** KILL to all of the group, at once. */
  kill(): void {
    this.#signal("SIGKILL");
  }

  /** Nothing tells when a group is gone; the program's own end does not say it for what it started. */
  async isGoneWithin(ms: number, pollMs: number): Promise<boolean> {
    const end = performance.now() + ms;
    let lookAt = performance.now();
    for (let left = ms; left > 0; left = end - performance.now()) {
      await delay(Math.min(pollMs, left));
      this.#dead.reapOrphans();
      // Signal 0 is never delivered: kill(2) only says whether there is a process to deliver it to.
      if (!this.#signal(0 as unknown as Deno.Signal)) return true;
      if (performance.now() < lookAt) continue;
      if (!this.#dead.isRunning(this.#pid)) return true;
      lookAt = performance.now() + RUNNING_POLL_MS;
    }
    return false;
  }

  /** False when nobody of the group is left. */
  #signal(signal: Deno.Signal): boolean {
    try {
      Deno.kill(-this.#pid, signal);
      return true;
    } catch (error) {
      // Somebody of the group who may not be signalled (EPERM) is there all the same.
      return !(error instanceof Deno.errors.NotFound);
    }
  }
}
