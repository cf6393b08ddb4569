// Builds the guard of a client under --lead: it takes orders on standard input, and reports on a descriptor of its own.

import { writeSync } from "node:fs";
import {
  encodeMessage,
  Guard,
  type GuardOrder,
  type GuardReport,
  parseOrder,
  REPORT_DESCRIPTOR,
} from "../../../client/lead/guard/mod.ts";
import { type DeadProcesses, DENO_SIGNALS, WAITED_FOR } from "../../../client/processes/mod.ts";
import { inputLines } from "../../../client/pipe/mod.ts";
import { releaseSeat } from "../../../client/connection/mod.ts";
import { LineOutput } from "../../../client/output/mod.ts";
import { CLIENT_BOUNDS } from "../../../config/keys/mod.ts";
import { DENO_CLOCK } from "../../../time/mod.ts";
import { type Libc, type ProcessStart, revoke } from "../../shared/mod.ts";
import { now, startDetached } from "./lead_system.ts";
import { ProcessTable } from "./process_table.ts";

/** The first one makes a guard stop its program; the second one, kill it. */
const STOP_SIGNALS: readonly Deno.Signal[] = ["SIGTERM", "SIGINT", "SIGHUP", "SIGQUIT"];

/**
 * These end a process that does not listen for them. Beside KILL and STOP, only the signals for a fault of its own are
 * missing (ILL, FPE, SEGV, BUS): a process cannot go on after one of those.
 */
const OTHER_SIGNALS: readonly Deno.Signal[] = [
  "SIGABRT",
  "SIGUSR1",
  "SIGUSR2",
  "SIGALRM",
  "SIGVTALRM",
  "SIGPROF",
  "SIGPIPE",
  "SIGIO",
  "SIGPWR",
  "SIGSTKFLT",
  "SIGXCPU",
  "SIGXFSZ",
  "SIGTRAP",
  "SIGSYS",
];

/** Runs until the client has ended and its program is gone. @returns the exit code. */
export async function runGuard({ libc }: ProcessStart): Promise<number> {
  const guard = new Guard({
    orders: readOrders(),
    startProgram: ({ argv, env }) => startDetached(argv, env),
    now,
    after: DENO_CLOCK.after,
    signals: DENO_SIGNALS,
    deadBeside: deadBeside(libc),
    leave: releaseSeat,
    report: reporter(),
    bounds: CLIENT_BOUNDS,
  });
  revoke("read", "write", "env", "ffi", "sys", "import");
  for (const signal of STOP_SIGNALS) Deno.addSignalListener(signal, guard.interrupt);
  for (const signal of OTHER_SIGNALS) listenIfPossible(signal);
  libc?.discardRealTimeSignals();
  // A fault of its own must not leave a program without its guard.
  for (const kind of ["error", "unhandledrejection"]) {
    globalThis.addEventListener(kind, (event) => {
      event.preventDefault();
      guard.interrupt();
    });
  }
  await guard.run();
  return 0;
}

/** Makes the orphans of the program children of this process, which waits for them. Without libc, init does. */
function deadBeside(libc: Libc | undefined): (own: number) => DeadProcesses {
  if (libc === undefined) return () => WAITED_FOR;
  libc.closeOnExec(REPORT_DESCRIPTOR);
  libc.adoptOrphans();
  const table = new ProcessTable(libc, Deno.pid);
  return (own) => ({
    reapOrphans: () => libc.reapOrphans((pid) => pid === own),
    isRunning: (group) => table.isGroupRunning(group),
  });
}

function listenIfPossible(signal: Deno.Signal): void {
  try {
    Deno.addSignalListener(signal, () => {});
  } catch {
    // Not a signal of this system.
  }
}

async function* readOrders(): AsyncGenerator<GuardOrder> {
  const never = new AbortController().signal;
  for await (const line of inputLines(Deno.stdin.readable, CLIENT_BOUNDS.inputLineBytes, never)) {
    if ("text" in line && line.text !== "") yield parseOrder(line.text);
  }
}

/** Few and short, so that the pipe always has room for them, even while the client is suspended. */
function reporter(): (message: GuardReport) => void {
  const stderr = new LineOutput(Deno.stderr, CLIENT_BOUNDS.printedLength);
  return (message) => {
    try {
      writeSync(REPORT_DESCRIPTOR, `${encodeMessage(message)}\n`);
    } catch {
      // The client has ended.
      if (message.report === "say") stderr.tryPrint(message.line);
    }
  };
}
