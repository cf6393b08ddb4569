// What --lead and its guard take from the system: clocks, and processes in a group of their own.

import type { Instant } from "../client/leadership.ts";

/** The moment on the clock of this process, and on the one that all processes of this machine share. */
export function now(): Instant {
  return { running: performance.now(), wall: Date.now() };
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
