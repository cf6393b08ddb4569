// How signals are sent to processes, and the system of a real client.

import { DENO_CLOCK, type InstantClock } from "../../time/mod.ts";

export interface SignalSystem extends InstantClock {
  /**
   * Signals a process, or a group by its negative number; "none" only checks that it is there (signal 0 of kill(2)).
   *
   * @returns false when there is no such process; true also for one that may not be signalled
   */
  readonly signal: (pid: number, signal: Deno.Signal | "none") => boolean;
}

export const DENO_SIGNALS: SignalSystem = Object.freeze({
  ...DENO_CLOCK,
  signal(pid: number, signal: Deno.Signal | "none"): boolean {
    try {
      Deno.kill(pid, signal === "none" ? 0 as unknown as Deno.Signal : signal);
      return true;
    } catch (error) {
      // A process that may not be signalled (EPERM) is there all the same.
      return !(error instanceof Deno.errors.NotFound);
    }
  },
});
