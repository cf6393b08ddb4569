// A machine: its clocks, and the processes on it. Its running clock has a speed of its own and stands still while the
// machine sleeps; its wall clock can be set, and goes on.

import type { Instant } from "../../../src/time/clock.ts";
import type { Random } from "../../support/random.ts";
import type { Trace } from "../trace.ts";
import type { Scheduler } from "./scheduler.ts";
import { SimProcess, type SimSignal } from "./process.ts";

/** 2026-01-01, in ms since 1970. */
const EPOCH_MS = 1_767_225_600_000;
const INIT_PID = 1;
/** Time passes even for a timer of 0 ms. */
const MIN_TIMER_MS = 0.05;

export interface MachineOptions {
  readonly name: string;
  /** Of its clocks: ms that they show for each true ms. */
  readonly speed: number;
  /** By how much a timer may be late, in true ms. */
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
  #pids = INIT_PID;
  /** What the running clock showed at `#readAt`, in true time. */
  #running = 0;
  #readAt: number;
  #wallOffset: number;
  #isAsleep = false;
  /** True times of the last wake-up, and of the last time that the wall clock was set back. */
  wokeAt = -Infinity;
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

  /** Sets the wall clock by `ms`. */
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

  /** Calls back when the running clock shows `ms` more than now, or a little later; the result cancels that. */
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
      // Rounding must not make it early.
      if (left > 1e-6) cancel = this.scheduler.after(left / this.#speed, check);
      else callback();
    };
    const lateMs = this.latenessMs * this.random.next() ** 4;
    cancel = this.scheduler.after(Math.max(MIN_TIMER_MS, ms) / this.#speed + lateMs, check);
    return () => cancel();
  }

  /** @param group a group to join; without one, the process is the first of its own */
  spawn(name: string, parent: SimProcess | undefined, group?: number): SimProcess {
    const pid = ++this.#pids;
    const process = new SimProcess(this, { pid, name, parent, group: group ?? pid });
    this.#processes.set(pid, process);
    return process;
  }

  /** Those that are not dead, in the order of their numbers. */
  get living(): readonly SimProcess[] {
    return [...this.#processes.values()].filter(({ state }) => state !== "dead");
  }

  /** The children of a process that are not dead. */
  childrenOf(parent: SimProcess): readonly SimProcess[] {
    return this.living.filter((process) => process.parent === parent);
  }

  isGroupRunning(group: number): boolean {
    for (const process of this.#processes.values()) {
      if (process.group === group && process.state !== "dead") return true;
    }
    return false;
  }

  /** As kill(2): a negative number is a group, "none" only checks. False when nothing has that number. */
  signal(pid: number, signal: SimSignal | "none"): boolean {
    const found: SimProcess[] = [];
    for (const process of this.#processes.values()) {
      if (pid > 0 ? process.pid === pid : process.group === -pid) found.push(process);
    }
    if (signal !== "none") { for (const process of found) process.signal(signal); }
    return found.length > 0;
  }

  /** Waits for the dead children of a process, and for those that its own runtime has not waited for yet. */
  reap(parent: SimProcess, isOwn: (pid: number) => boolean): void {
    for (const process of this.#processes.values()) {
      if (process.parent === parent && process.state === "dead" && !isOwn(process.pid)) this.forget(process);
    }
  }

  /** The process was waited for: its number is free. */
  forget(process: SimProcess): void {
    this.#processes.delete(process.pid);
  }

  /** The parent has ended: its children get another one, which for the dead without one is init, which waits for them. */
  adopt(parent: SimProcess): void {
    let heir = parent.parent;
    while (heir !== undefined && !(heir.adoptsOrphans && heir.state !== "dead")) heir = heir.parent;
    for (const process of this.#processes.values()) {
      if (process.parent !== parent) continue;
      process.parent = heir;
      process.isOwnChild = false;
      if (heir === undefined && process.state === "dead") this.forget(process);
    }
  }

  /** The power fails: nothing says goodbye. */
  cutPower(): void {
    for (const process of this.#processes.values()) process.vanish();
    this.#processes.clear();
    this.wake();
  }

  #runningNow(): number {
    return this.#isAsleep ? this.#running : this.#running + (this.scheduler.now - this.#readAt) * this.#speed;
  }
}
