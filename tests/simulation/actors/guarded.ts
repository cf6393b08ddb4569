// Which processes of a client may fail. docs/succession.md promises nothing when a client and its guard fail together.

import type { Machine } from "../world/machine.ts";
import type { SimProcess } from "../world/process.ts";

interface GuardedClient {
  readonly machine: Machine;
  readonly isLeading: boolean;
  readonly process: SimProcess | undefined;
  readonly guard: { readonly process: SimProcess } | undefined;
}

/** Whether the client may fail: it runs, and so does its guard, or else no process of a program is left. */
export function mayClientFail({ process, guard, isLeading, machine }: GuardedClient): boolean {
  if (process?.state !== "running") return false;
  if (!isLeading) return true;
  // Only the client can end what a killed guard left behind.
  if (guard === undefined || guard.process.state === "dead") return !machine.living.some(isOfProgram);
  return guard.process.state === "running";
}

/** Whether the guard may fail: it runs, its client runs, and no earlier guard is left. */
export function mayGuardFail({ process, guard, machine }: GuardedClient): boolean {
  return process?.state === "running" && guard?.process.state === "running" &&
    guard.process.parent === process &&
    !machine.living.some((other) => other.kind === "guard" && other !== guard.process);
}

/** Whether a process is a program under --lead or a child of one. */
export function isOfProgram({ kind }: SimProcess): boolean {
  return kind === "program" || kind === "child";
}
