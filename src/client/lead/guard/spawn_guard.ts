// Starts a guard: rankclient a second time, in a session of its own, so that neither a key at the terminal nor a signal to
// the client's group reaches it. It is started before it is needed, because the executable may be replaced or removed later.

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

/** Never throws: `exit` says that it could not be started. */
export function spawnGuard({ program, args, env }: GuardCommand): GuardChild {
  const child = spawn(program, [...args], {
    env,
    stdio: ["pipe", "inherit", "inherit", "pipe"],
    detached: true,
  });
  // First of all: without a listener, an error ends this process.
  const exit = new Promise<string>((resolve) => {
    child.on("error", (error) => resolve(error.message));
    child.on("exit", (code, signal) => resolve(signal ?? `exit code ${code}`));
  });
  // One that cannot be started has no pipes.
  const orders = child.stdin;
  orders?.on("error", () => {/* It has ended, and its exit is reported. */});
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
      // It could not be started, which the child reports as an error.
      if (reports === undefined) return new Promise(() => {});
      reports.on("data", take);
      return new Promise((resolve) => {
        reports.on("error", () => resolve());
        reports.on("end", () => resolve());
      });
    },
  };
}
