// Stands between a leading client and its program, as a process of its own, so that the program ends in time also when
// the client is killed or stopped. It starts the program once and ends with it; it starts no second one.

import type { GuardOrder, GuardStart } from "./guard_order.ts";
import { GroupSignals } from "./group_signals.ts";
import type { Instant } from "./leadership.ts";
import { LeaseWatch } from "./lease_watch.ts";

export type GuardEnd =
  /** The program ended by itself. */
  | { readonly kind: "ended"; readonly code: number }
  /** The guard stopped it, or did not start it. */
  | { readonly kind: "stopped" }
  /** KILL was sent, and yet something of it is there: in the middle of a call to the system that does not end. */
  | { readonly kind: "unsure" };

/** The part of `Deno.ChildProcess` that a guard needs; the program is the first of a process group of its own. */
export interface GuardedProgram {
  readonly pid: number;
  /** `code` is 128 and the signal's number for a program that a signal has ended. */
  readonly status: Promise<{ readonly code: number }>;
}

export interface GuardParts {
  /** Ends when the client is gone. */
  readonly orders: AsyncIterable<GuardOrder>;
  /** Throws when it cannot be started. */
  readonly startProgram: (start: GuardStart) => GuardedProgram;
  readonly now: () => Instant;
  readonly after: (ms: number, callback: () => void) => () => void;
  /** Gives the client's seat up in its place; trying for `ms` at most, or until the process ends. Never rejects. */
  readonly leave: (server: GuardStart["server"], token: string, ms: number) => Promise<void>;
  /** Whether anybody of a process group runs; `undefined`: that cannot be found out. */
  readonly isGroupRunning: (group: number) => Promise<boolean | undefined>;
  readonly say: (line: string) => void;
  /** Aborted when somebody wants the guard itself to end. */
  readonly signal: AbortSignal;
  readonly bounds: { readonly groupPollMs: number; readonly groupGoneMs: number };
}

/** As shells do for a program that cannot be started. */
const NOT_FOUND_CODE = 127;
const NOT_EXECUTABLE_CODE = 126;
/** The clock that others share is looked at this often at least: it may have been set, or the machine have slept. */
const LOOK_MS = 100;

interface Running {
  readonly start: GuardStart;
  readonly program: GuardedProgram;
}

export class Guard {
  readonly #parts: GuardParts;
  /** Resolves when the program is to be stopped. What comes later starts and prolongs nothing. */
  readonly #stopping = Promise.withResolvers<void>();
  #isStopping = false;
  #isOrphan = false;
  #start: GuardStart | undefined;
  #watch: LeaseWatch | undefined;
  #token: string | undefined;
  readonly #started = Promise.withResolvers<Running | GuardEnd>();
  #hasBegun = false;
  #cancelLook = () => {};

  constructor(parts: GuardParts) {
    this.#parts = parts;
  }

  /** Ends when nothing of the program is left, or not even KILL has ended all of it. */
  async run(): Promise<GuardEnd> {
    const { signal } = this.#parts;
    signal.addEventListener("abort", () => this.#stop(), { once: true });
    const reading = this.#readOrders();
    const started = await this.#started.promise;
    const end = "kind" in started ? started : await this.#attend(started);
    this.#cancelLook();
    // What may still run keeps the seat until its lease is over.
    if (this.#isOrphan && end.kind !== "unsure") await this.#leaveForClient();
    else reading.catch(() => {/* Nobody waits for it: the process ends. */});
    return end;
  }

  async #attend({ start, program }: Running): Promise<GuardEnd> {
    const { bounds } = this.#parts;
    const own = program.status.then(({ code }): GuardEnd => ({ kind: "ended", code }));
    const end = await Promise.race([own, this.#stopping.promise.then((): GuardEnd => ({ kind: "stopped" }))]);
    this.#isStopping = true;
    // Also when it ended by itself: it may have left others of its group behind.
    const killAfterMs = Math.max(0, Math.min(start.killAfterMs, this.#leftMs()));
    const isGone = await new GroupSignals(program.pid).stop({ ...bounds, killAfterMs });
    // The dead that nobody waits for are found by a signal, too.
    if (!isGone && await this.#parts.isGroupRunning(program.pid) !== false) {
      this.#parts.say("KILL has not ended all of the program: the seat is kept until its lease is over");
      return { kind: "unsure" };
    }
    await program.status;
    return end;
  }

  async #readOrders(): Promise<void> {
    try {
      for await (const order of this.#parts.orders) this.#take(order);
    } finally {
      this.#isOrphan = true;
      this.#stop();
    }
  }

  #take(order: GuardOrder): void {
    switch (order.do) {
      case "start":
        this.#start = order;
        this.#token = order.token;
        this.#watch = new LeaseWatch(order.leaseMs);
        return this.#renew(order.goneBy);
      case "renew":
        return this.#renew(order.goneBy);
      case "keep_token":
        this.#token = order.token;
        return;
      case "stop":
        return this.#stop();
    }
  }

  #renew(goneBy: number): void {
    if (this.#isStopping || this.#start === undefined) return;
    this.#watch?.renew(goneBy, this.#parts.now());
    // What was left when the client wrote it may be over by now; then the next renewal starts the program.
    if (this.#termInMs() > 0) this.#begin(this.#start);
  }

  #begin(start: GuardStart): void {
    if (this.#hasBegun) return;
    this.#hasBegun = true;
    try {
      this.#started.resolve({ start, program: this.#parts.startProgram(start) });
      this.#look();
    } catch (error) {
      this.#parts.say(`cannot start ${start.argv[0]}: ${error instanceof Error ? error.message : error}`);
      const code = error instanceof Deno.errors.NotFound ? NOT_FOUND_CODE : NOT_EXECUTABLE_CODE;
      this.#started.resolve({ kind: "ended", code });
    }
  }

  /** Looks at the clocks until the lease is over. */
  #look(): void {
    const termInMs = this.#termInMs();
    if (termInMs <= 0) {
      this.#parts.say("rank 0 cannot be proven any more: the program is stopped");
      return this.#stop();
    }
    this.#cancelLook = this.#parts.after(Math.min(termInMs, LOOK_MS), () => this.#look());
  }

  #leftMs(): number {
    return this.#watch?.leftMs(this.#parts.now()) ?? 0;
  }

  #termInMs(): number {
    return this.#leftMs() - (this.#start?.killAfterMs ?? 0);
  }

  #stop(): void {
    this.#isStopping = true;
    this.#cancelLook();
    this.#started.resolve({ kind: "stopped" });
    this.#stopping.resolve();
  }

  /** The client cannot say any more that its seat is free, and the next in line would wait for the whole lease. */
  async #leaveForClient(): Promise<void> {
    if (this.#start === undefined || this.#token === undefined) return;
    // The signal that has stopped the program may have come already; only one that comes now means that this is to end.
    const isEnough = Promise.withResolvers<void>();
    this.#parts.signal.addEventListener("abort", () => isEnough.resolve(), { once: true });
    const left = this.#parts.leave(this.#start.server, this.#token, this.#start.leaseMs);
    await Promise.race([left, isEnough.promise]);
  }
}
