// What --lead and its guard take from the system: clocks, signals, and programs in a group of their own.

import type { Instant } from "../../../time/mod.ts";

/** The moment on the clock of this process, and on the one that all processes of this machine share. */
export function now(): Instant {
  return { running: performance.now(), wall: Date.now() };
}

/** A signal to one process, which may have ended. */
export function signalProcess(pid: number, signal: Deno.Signal): void {
  try {
    Deno.kill(pid, signal);
  } catch {
    // It has ended, or is another user's.
  }
}

/** KILL to one process, which may have ended. */
export function killProcess(pid: number): void {
  signalProcess(pid, "SIGKILL");
}

/** Starts a program without input, with this process's own outputs. Throws when it cannot be started. */
export function startDetached(
  [program, ...args]: readonly string[],
  env: Readonly<Record<string, string>>,
): Deno.ChildProcess {
  return new Deno.Command(program!, {
    args,
    env: { ...env },
    stdin: "null",
    stdout: "inherit",
    stderr: "inherit",
    detached: true,
  }).spawn();
}
