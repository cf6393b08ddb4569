// The client's side of a guard: sends orders, reads reports, and detects the guard's end.

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
import { DENO_CLOCK, type InstantClock, settlesWithin } from "../../../time/mod.ts";

/** A process that was started as a guard. */
export interface GuardChild {
  /** `undefined` when it could not be started. */
  readonly pid: number | undefined;
  /** Whether the process is gone, even if the runtime has not reported it yet. */
  readonly isGone: boolean;
  /** Resolves with the reason, as text, when the process has ended or could not be started. It may never resolve. */
  readonly exit: Promise<string>;
  /** Writes to its standard input. Rejects when that is closed. */
  write(bytes: Uint8Array): Promise<number>;
  closeInput(): void;
  kill(): void;
  /** Calls `take` with pieces of its reports. Resolves at the end of the reports. */
  readReports(take: (bytes: Uint8Array) => void): Promise<void>;
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
  readonly #child: GuardChild;
  readonly #after: InstantClock["after"];
  readonly #orders: LineSender;
  #isReady = false;
  #runs = 0;
  #current: Current | undefined;

  constructor(
    child: GuardChild,
    listener: GuardListener,
    after: InstantClock["after"] = DENO_CLOCK.after,
  ) {
    this.#child = child;
    this.#listener = listener;
    this.#after = after;
    this.#orders = new LineSender({ write: (bytes) => child.write(bytes) }, MAX_WAITING_LENGTH, () => {});
    this.ended = this.#untilEnd(child.exit, this.#listen());
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
    await settlesWithin(Promise.all([exit, reportsEnd]), LAST_REPORTS_MS, this.#after);
    lose();
    if (!this.isGone) {
      // One that cannot report takes no more orders.
      this.kill();
      await settlesWithin(exit, LAST_REPORTS_MS, this.#after);
    }
    return await Promise.race([exit, Promise.resolve("it no longer reports")]);
  }

  /** Whether its process is gone, which the runtime may not have reported. */
  get isGone(): boolean {
    return this.#child.isGone;
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
    this.#child.kill();
  }

  close(): void {
    this.#child.closeInput();
  }

  #tell(order: GuardOrder): void {
    this.#orders.send(encodeMessage(order));
  }

  /** Resolves when all reports have been read. */
  #listen(): Promise<void> {
    const framer = new LineFramer(MAX_REPORT_BYTES);
    return this.#child.readReports((bytes) => {
      for (const line of framer.push(bytes)) if ("text" in line) this.#take(parseReport(line.text));
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
