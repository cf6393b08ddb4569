// The guard of a program, from the client's side: rankclient started a second time, in a session of its own, so that
// neither a key at the terminal nor a signal to the client's group reaches it. It is started before it is needed, because
// the executable may be replaced or removed later.

import { spawn } from "node:child_process";
import type { Duplex } from "node:stream";
import { LineFramer } from "../../../protocol/wire/mod.ts";
import {
  encodeMessage,
  type GuardEnd,
  type GuardOrder,
  type GuardReport,
  type GuardStart,
  parseReport,
  type TimeLeft,
} from "./guard_messages.ts";
import { LineSender } from "../../connection/mod.ts";
import { settlesWithin } from "../../../time/mod.ts";

/** The descriptor on which a guard reports: its three standard ones are the client's, or hold the orders. */
export const REPORT_DESCRIPTOR = 3;

/** How this program is started as a guard. */
export interface GuardCommand {
  readonly program: string;
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string>>;
}

export type RunEnd = GuardEnd | { readonly kind: "lost" };

/** A program that a guard was ordered to start. */
export interface GuardedRun {
  /** Its process group; `undefined` before it is started. */
  readonly group: number | undefined;
  /** How the guard says that it ended; "lost": the guard itself has ended without a report. */
  readonly ended: Promise<RunEnd>;
  renew(left: TimeLeft): void;
  keepToken(token: string | undefined): void;
  stop(): void;
}

export interface GuardHandle {
  /** Starts a program; the one before has ended. */
  begin(start: Omit<GuardStart, "do" | "run">): GuardedRun;
  /** Asks it for {@linkcode GuardListener.onAlive}. */
  check(): void;
  /** Resolves when the guard has ended, with the reason in words. */
  readonly ended: Promise<string>;
  /** Its process, while it runs. */
  readonly pid: number | undefined;
  /** Whether it takes, or took, orders. */
  readonly isReady: boolean;
  /** For one that does not follow its orders. */
  kill(): void;
  /** Ends it in good order: it stops a program first. */
  close(): void;
}

export interface GuardListener {
  /** It takes orders from now on. */
  readonly onReady: () => void;
  readonly onLine: (line: string) => void;
  /** It has answered a check. */
  readonly onAlive: () => void;
}

/** Orders that may wait for a guard that does not read, in UTF-16 code units. */
const MAX_WAITING_LENGTH = 64 * 1024;
const MAX_REPORT_BYTES = 64 * 1024;
/** How long the reports of a guard that has ended are read. */
const LAST_REPORTS_MS = 200;

interface Current {
  readonly run: number;
  group: number | undefined;
  readonly end: (end: RunEnd) => void;
}

export class GuardProcess implements GuardHandle {
  readonly ended: Promise<string>;
  readonly #listener: GuardListener;
  readonly #child: ReturnType<typeof spawn>;
  readonly #orders: LineSender;
  #isReady = false;
  #runs = 0;
  #current: Current | undefined;

  constructor({ program, args, env }: GuardCommand, listener: GuardListener) {
    this.#listener = listener;
    this.#child = spawn(program, [...args], {
      env,
      stdio: ["pipe", "inherit", "inherit", "pipe"],
      detached: true,
    });
    // First of all: without a listener, an error ends this process.
    const exit = new Promise<string>((resolve) => {
      this.#child.on("error", (error) => resolve(error.message));
      this.#child.on("exit", (code, signal) => resolve(signal ?? `exit code ${code}`));
    });
    // One that cannot be started has no pipes.
    const orders = this.#child.stdin;
    orders?.on("error", () => {/* It has ended, and its exit is reported. */});
    const write = (bytes: Uint8Array) =>
      new Promise<number>((resolve, reject) => {
        if (orders === null) return reject(new Error("the guard has not been started"));
        orders.write(bytes, (error) => error ? reject(error) : resolve(bytes.length));
      });
    this.#orders = new LineSender({ write }, MAX_WAITING_LENGTH, () => {});
    const reportsEnd = this.#listen(this.#child.stdio?.[REPORT_DESCRIPTOR] as Duplex | undefined);
    this.ended = this.#untilEnd(exit, reportsEnd);
  }

  /**
   * Its exit and the end of its reports both say that it has ended: another process may hold the pipe open, and the
   * runtime never reports the exit of a process that a real-time signal has ended.
   */
  async #untilEnd(exit: Promise<string>, reportsEnd: Promise<void>): Promise<string> {
    const lose = () => {
      this.#orders.abandon();
      this.#current?.end({ kind: "lost" });
    };
    reportsEnd.then(lose);
    await Promise.race([exit, reportsEnd]);
    // The last reports may not have been read.
    await settlesWithin(Promise.all([exit, reportsEnd]), LAST_REPORTS_MS);
    lose();
    if (!this.isGone) {
      // One that cannot report takes no more orders.
      this.kill();
      await settlesWithin(exit, LAST_REPORTS_MS);
    }
    return await Promise.race([exit, Promise.resolve("it no longer reports")]);
  }

  /** Whether its process is gone, which the runtime may not have reported. */
  get isGone(): boolean {
    const { pid } = this.#child;
    if (pid === undefined || this.#child.exitCode !== null || this.#child.signalCode !== null) return true;
    try {
      Deno.kill(pid, 0 as unknown as Deno.Signal);
      return false;
    } catch {
      return true;
    }
  }

  /** While it runs. */
  get pid(): number | undefined {
    return this.isGone ? undefined : this.#child.pid;
  }

  get isReady(): boolean {
    return this.#isReady;
  }

  begin(start: Omit<GuardStart, "do" | "run">): GuardedRun {
    const run = ++this.#runs;
    const { promise: ended, resolve: end } = Promise.withResolvers<RunEnd>();
    const current: Current = { run, group: undefined, end };
    this.#current = current;
    this.#tell({ do: "start", run, ...start });
    return {
      get group() {
        return current.group;
      },
      ended,
      renew: (left) => this.#tell({ do: "renew", run, ...left }),
      keepToken: (token) => this.#tell({ do: "keep_token", run, token }),
      stop: () => this.#tell({ do: "stop", run }),
    };
  }

  check(): void {
    this.#tell({ do: "check" });
  }

  kill(): void {
    this.#child.kill("SIGKILL");
  }

  close(): void {
    this.#child.stdin?.end();
  }

  #tell(order: GuardOrder): void {
    this.#orders.send(encodeMessage(order));
  }

  /** Resolves when all reports have been read. */
  #listen(reports: Duplex | undefined): Promise<void> {
    // It could not be started, which the child reports as an error.
    if (reports === undefined) return new Promise(() => {});
    const framer = new LineFramer(MAX_REPORT_BYTES);
    reports.on("data", (bytes: Uint8Array) => {
      for (const line of framer.push(bytes)) if ("text" in line) this.#take(parseReport(line.text));
    });
    return new Promise((resolve) => {
      reports.on("error", () => resolve());
      reports.on("end", () => resolve());
    });
  }

  #take(report: GuardReport): void {
    const current = this.#current;
    switch (report.report) {
      case "ready":
        this.#isReady = true;
        return this.#listener.onReady();
      case "alive":
        return this.#listener.onAlive();
      case "say":
        return this.#listener.onLine(report.line);
      case "started":
        if (current?.run !== report.run) return;
        current.group = report.group;
        return;
      case "ended":
        if (current?.run !== report.run) return;
        this.#current = undefined;
        return current.end(report.end);
    }
  }
}
