// Signals to processes, with the clock for the waits between them, and the system of a real client.

import { DENO_CLOCK, type InstantClock } from "../../time/mod.ts";

export interface SignalSystem extends InstantClock {
  /**
   * Sends a signal like kill(2): a negative `pid` is a process group, and "none" (signal 0) only checks that it exists.
   *
   * @returns false when there is no such process; true also when the caller may not signal it
   */
  readonly signal: (pid: number, signal: Deno.Signal | "none") => boolean;
}

/** The system that a real client runs on. */
export const DENO_SIGNALS: SignalSystem = Object.freeze({
  ...DENO_CLOCK,
  signal(pid: number, signal: Deno.Signal | "none"): boolean {
    try {
      Deno.kill(pid, signal === "none" ? 0 as unknown as Deno.Signal : signal);
      return true;
    } catch (error) {
      // A process that may not be signalled (EPERM) exists, too.
      return !(error instanceof Deno.errors.NotFound);
    }
  },
});
