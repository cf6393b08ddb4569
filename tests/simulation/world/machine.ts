// A machine with its clocks and processes. The running clock has its own speed and stops while the machine sleeps. The
// wall clock goes on and can be set.

import type { Instant } from "../../../src/time/clock.ts";
import type { Random } from "../../support/random.ts";
import type { Trace } from "../trace.ts";
import type { Scheduler } from "./scheduler.ts";
import { type ProcessOptions, SimProcess } from "./process.ts";

/** 2026-01-01, in ms since 1970. */
const EPOCH_MS = 1_767_225_600_000;
const INIT_PID = 1;
/** The shortest timer: one of 0 ms takes time, too. */
const MIN_TIMER_MS = 0.05;

export interface MachineOptions {
  readonly name: string;
  /** The speed of its clocks: their ms in one true ms. */
  readonly speed: number;
  /** The longest delay of a timer, in true ms. */
  readonly latenessMs: number;
  readonly random: Random;
  readonly trace: Trace;
}

export class Machine {
  readonly name: string;
  readonly scheduler: Scheduler;
  readonly random: Random;
  readonly latenessMs: number;
  readonly trace: Trace;
  readonly #speed: number;
  readonly #processes = new Map<number, SimProcess>();
  #lastPid = INIT_PID;
  /** What the running clock showed at the true time `#readAt`. */
  #running = 0;
  #readAt: number;
  #wallOffset: number;
  #isAsleep = false;
  /** The true time at which the machine woke up last. */
  wokeAt = -Infinity;
  /** The true time at which the wall clock was set back last. */
  setBackAt = -Infinity;
  #whenAwake: (() => void)[] = [];

  constructor(scheduler: Scheduler, { name, speed, latenessMs, random, trace }: MachineOptions) {
    this.scheduler = scheduler;
    this.name = name;
    this.trace = trace;
    this.random = random;
    this.latenessMs = latenessMs;
    this.#speed = speed;
    this.#readAt = scheduler.now;
    this.#wallOffset = EPOCH_MS;
  }

  get isAsleep(): boolean {
    return this.#isAsleep;
  }

  now(): Instant {
    return {
      running: this.#runningNow(),
      wall: Math.floor(this.#wallOffset + this.scheduler.now * this.#speed),
    };
  }

  /** Moves the wall clock by `ms`, which may be negative. */
  shiftWall(ms: number): void {
    if (ms < 0) this.setBackAt = this.scheduler.now;
    this.#wallOffset += ms;
  }

  sleep(): void {
    if (this.#isAsleep) return;
    this.#running = this.#runningNow();
    this.#isAsleep = true;
  }

  wake(): void {
    if (!this.#isAsleep) return;
    this.#isAsleep = false;
    this.#readAt = this.scheduler.now;
    this.wokeAt = this.scheduler.now;
    for (const callback of this.#whenAwake.splice(0)) this.scheduler.after(0, callback);
  }

  /** Calls back when the running clock shows `ms` more than now, or a little later; the result cancels it. */
  after(ms: number, callback: () => void): () => void {
    const due = this.#runningNow() + Math.max(MIN_TIMER_MS, ms);
    let cancel = () => {};
    const check = () => {
      if (this.#isAsleep) {
        let isWanted = true;
        this.#whenAwake.push(() => isWanted && check());
        cancel = () => isWanted = false;
        return;
      }
      const left = due - this.#runningNow();
      // A rounding error must not make the timer early.
      if (left > 1e-6) cancel = this.scheduler.after(left / this.#speed, check);
      else callback();
    };
    const lateMs = this.latenessMs * this.random.next() ** 4;
    cancel = this.scheduler.after(Math.max(MIN_TIMER_MS, ms) / this.#speed + lateMs, check);
    return () => cancel();
  }

  spawn(options: ProcessOptions): SimProcess {
    const process = new SimProcess(this, ++this.#lastPid, options);
    this.#processes.set(process.pid, process);
    return process;
  }

  /** The processes that are not dead, in the order of their IDs. */
  get living(): readonly SimProcess[] {
    return [...this.#processes.values()].filter(({ state }) => state !== "dead");
  }

  /** The children of a process that are not dead. */
  childrenOf(parent: SimProcess): readonly SimProcess[] {
    return this.living.filter((process) => process.parent === parent);
  }

  isGroupRunning(group: number): boolean {
    return this.living.some((process) => process.group === group);
  }

  /**
   * Sends a signal like kill(2): a negative `pid` is a process group, and "none" only checks.
   *
   * @returns false when there is no such process, dead ones included
   */
  signal(pid: number, signal: Deno.Signal | "none"): boolean {
    const found = [...this.#processes.values()].filter((process) =>
      pid > 0 ? process.pid === pid : process.group === -pid
    );
    if (signal !== "none") { for (const process of found) process.signal(signal); }
    return found.length > 0;
  }

  /** Waits for the dead children of a process, except those that its runtime waits for. */
  reap(parent: SimProcess, isOwn: (pid: number) => boolean): void {
    for (const process of this.#processes.values()) {
      if (process.parent === parent && process.state === "dead" && !isOwn(process.pid)) this.forget(process);
    }
  }

  /** Frees the ID of a process that was waited for. */
  forget(process: SimProcess): void {
    this.#processes.delete(process.pid);
  }

  /** Gives the children of a process that has ended to its nearest subreaper, or else to init, which waits for them. */
  reparentChildrenOf(parent: SimProcess): void {
    let reaper = parent.parent;
    while (reaper !== undefined && !(reaper.isSubreaper && reaper.state !== "dead")) reaper = reaper.parent;
    for (const process of this.#processes.values()) {
      if (process.parent !== parent) continue;
      process.parent = reaper;
      process.isOwnChild = false;
      if (reaper === undefined && process.state === "dead") this.forget(process);
    }
  }

  /** Cuts the power: all processes end without closing anything. */
  cutPower(): void {
    for (const process of this.#processes.values()) process.vanish();
    this.#processes.clear();
    this.wake();
  }

  #runningNow(): number {
    return this.#isAsleep ? this.#running : this.#running + (this.scheduler.now - this.#readAt) * this.#speed;
  }
}
