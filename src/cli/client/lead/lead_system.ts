// What --lead and its guard take from the system: clocks, and processes in a group of their own.

import type { Instant } from "../../../time/mod.ts";

/** The moment on the clock of this process, and on the one that all processes of this machine share. */
export function now(): Instant {
  return { running: performance.now(), wall: Date.now() };
}

/** How long a script may take; it looks at every process of the machine. */
const SCRIPT_MS = 5_000;

/** The standard output of a shell script; rejects when there is no shell, or it takes too long. */
export async function runScript(script: string, args: readonly string[]): Promise<string> {
  const { stdout, success } = await new Deno.Command("sh", {
    args: ["-c", script, "sh", ...args],
    stdin: "null",
    stderr: "null",
    signal: AbortSignal.timeout(SCRIPT_MS),
  }).output();
  if (!success) throw new Error("Cannot run a script of sh: it has failed, or has taken too long");
  return new TextDecoder().decode(stdout);
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
