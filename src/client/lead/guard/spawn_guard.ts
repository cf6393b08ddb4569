// Starts a guard: a second rankclient process in its own session, so that neither a key at the terminal nor a signal to the
// client's group reaches it. It is started before it is needed, because the executable may be replaced or removed later.

import { spawn } from "node:child_process";
import type { Duplex } from "node:stream";
import { DENO_SIGNALS } from "../../processes/mod.ts";
import type { GuardChild } from "./guard_process.ts";

/** The descriptor on which a guard reports: its three standard ones are the client's, or hold the orders. */
export const REPORT_DESCRIPTOR = 3;

/** How this program is started as a guard. */
export interface GuardCommand {
  readonly program: string;
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string>>;
}

/** Starts the guard. Never throws: `exit` resolves with the error when the guard cannot be started. */
export function spawnGuard({ program, args, env }: GuardCommand): GuardChild {
  const child = spawn(program, [...args], {
    env,
    stdio: ["pipe", "inherit", "inherit", "pipe"],
    detached: true,
  });
  // Before anything else: without a listener, an error ends this process.
  const exit = new Promise<string>((resolve) => {
    child.on("error", (error) => resolve(error.message));
    child.on("exit", (code, signal) => resolve(signal ?? `exit code ${code}`));
  });
  // A guard that cannot be started has no pipes.
  const orders = child.stdin;
  orders?.on("error", () => {/* The guard has ended, and `exit` reports it. */});
  const reports = child.stdio?.[REPORT_DESCRIPTOR] as Duplex | undefined;
  return {
    exit,
    get pid() {
      return child.pid;
    },
    get isGone() {
      const { pid } = child;
      return pid === undefined || child.exitCode !== null || child.signalCode !== null ||
        !DENO_SIGNALS.signal(pid, "none");
    },
    write: (bytes) =>
      new Promise((resolve, reject) => {
        if (orders === null) return reject(new Error("the guard has not been started"));
        orders.write(bytes, (error) => error ? reject(error) : resolve(bytes.length));
      }),
    closeInput: () => void orders?.end(),
    kill: () => void child.kill("SIGKILL"),
    readReports(take) {
      // The guard could not be started, and `exit` reports it.
      if (reports === undefined) return new Promise(() => {});
      reports.on("data", take);
      return new Promise((resolve) => {
        reports.on("error", () => resolve());
        reports.on("end", () => resolve());
      });
    },
  };
}
