// Builds the guard of a program that runs under --lead: orders on standard input, the program beside it.

import { Guard, type GuardedProgram } from "../client/guard.ts";
import { type GuardOrder, type GuardStart, parseOrder } from "../client/guard_order.ts";
import { STOPPED_SIGNAL, UNSURE_SIGNAL } from "../client/guard_process.ts";
import { inputLines } from "../client/input_lines.ts";
import { leaveFor } from "../client/leave_for.ts";
import { isGroupRunning } from "../client/process_table.ts";
import { CLIENT_BOUNDS } from "../config/client_bounds.ts";
import { after } from "./after.ts";
import { revoke } from "./drop_rights.ts";
import { now, runScript, startDetached } from "./lead_system.ts";
import { listenForLeave } from "./leave_signals.ts";

/** Runs until nothing of the program is left. @returns the program's exit code. */
export async function startGuard(): Promise<number> {
  revoke("read", "write", "env", "ffi", "sys", "import");
  const signals = listenForLeave();
  const guard = new Guard({
    orders: readOrders(),
    startProgram,
    now,
    after,
    leave: leaveFor,
    isGroupRunning: (group) => isGroupRunning(group, runScript),
    say: (line) => console.error(line),
    signal: signals.signal,
    bounds: CLIENT_BOUNDS,
  });
  const end = await guard.run();
  if (end.kind === "ended") return end.code;
  Deno.kill(Deno.pid, end.kind === "unsure" ? UNSURE_SIGNAL : STOPPED_SIGNAL);
  // The signal ends this process before this line has anything to wait for.
  return await new Promise(() => {});
}

async function* readOrders(): AsyncGenerator<GuardOrder> {
  const never = new AbortController().signal;
  for await (const line of inputLines(Deno.stdin.readable, CLIENT_BOUNDS.inputLineBytes, never)) {
    if ("text" in line && line.text !== "") yield parseOrder(line.text);
  }
}

function startProgram({ argv, env }: GuardStart): GuardedProgram {
  return startDetached(argv, env);
}
