// A simulated process: its event loop, its timers and descriptors, and what signals do to it. It runs the product's own
// code. Every callback goes through `enter`: a suspended process runs it later, a dead one never.

import type { Instant, InstantClock } from "../../../src/time/clock.ts";
import type { Machine } from "./machine.ts";

/** "child" is a process that a program has started. */
export type ProcessKind = "server" | "client" | "guard" | "program" | "child" | "hook" | "stranger" | "nats";

export interface ProcessEnd {
  readonly code: number;
  readonly signal: Deno.Signal | undefined;
}

export type ProcessState = "running" | "stopped" | "dead";

export interface ProcessOptions {
  readonly kind: ProcessKind;
  readonly name: string;
  readonly parent?: SimProcess;
  /** The process group to join. Without one, the process leads a group of its own. */
  readonly group?: number;
}

const SIGNAL_NUMBERS: Partial<Record<Deno.Signal, number>> = {
  SIGHUP: 1,
  SIGINT: 2,
  SIGQUIT: 3,
  SIGKILL: 9,
  SIGTERM: 15,
};
const SIGNALLED_CODE = 128;
/** The longest time until a parent is told that its child has ended, in true ms. */
const EXIT_MS = 2;

/** The exit code that a shell reports for a process that `signal` ended. */
export function signalledCode(signal: Deno.Signal): number {
  return SIGNALLED_CODE + (SIGNAL_NUMBERS[signal] ?? 0);
}

export class SimProcess {
  readonly machine: Machine;
  readonly pid: number;
  readonly kind: ProcessKind;
  readonly name: string;
  readonly group: number;
  parent: SimProcess | undefined;
  /** Whether orphaned descendants become its children, as after PR_SET_CHILD_SUBREAPER. */
  isSubreaper = false;
  /** Whether its parent has started it. A runtime does not wait for adopted children. */
  isOwnChild = true;
  /** Handles signals other than KILL, STOP and CONT. Without a handler, they end the process. */
  onSignal: ((signal: Deno.Signal) => void) | undefined;
  /** Called once when the process has ended, before its parent is told. */
  readonly whenDead: ((end: ProcessEnd) => void)[] = [];
  /** The clock of its machine, with its own timers. */
  readonly clock: InstantClock = {
    now: () => this.now(),
    after: (ms, callback) => this.after(ms, callback),
  };
  /** Stack traces of what created its timers and descriptors; empty without a trace. */
  readonly origins = new Map<object, string>();
  /** How many callbacks it has run. */
  turns = 0;
  /** It has been asked to end. */
  isLeaving = false;
  readonly #open = new Set<() => void>();
  #timers = 0;
  #state: ProcessState = "running";
  #waiting: (() => void)[] = [];
  readonly #ended = Promise.withResolvers<ProcessEnd>();

  constructor(machine: Machine, pid: number, { kind, name, parent, group = pid }: ProcessOptions) {
    this.machine = machine;
    this.pid = pid;
    this.kind = kind;
    this.name = name;
    this.parent = parent;
    this.group = group;
    this.#trace();
  }

  get state(): ProcessState {
    return this.#state;
  }

  /** The number of its open sockets and pipes. */
  get descriptors(): number {
    return this.#open.size;
  }

  get timers(): number {
    return this.#timers;
  }

  /** Resolves in the parent when it has waited for this process. */
  get ended(): Promise<ProcessEnd> {
    return this.#ended.promise;
  }

  now(): Instant {
    return this.machine.now();
  }

  /** Starts a timer of this process; the result cancels it. */
  after(ms: number, callback: () => void): () => void {
    if (this.#state === "dead") return () => {};
    this.#timers++;
    let isSet = true;
    const forget = this.#noteOrigin(`timer of ${ms} ms`);
    const unset = () => {
      forget();
      if (isSet) this.#timers--;
      isSet = false;
    };
    const cancel = this.machine.after(ms, () =>
      this.enter(() => {
        if (!isSet) return;
        unset();
        callback();
      }));
    return () => {
      cancel();
      unset();
    };
  }

  /** Calls back in the next iteration of its event loop. */
  defer(callback: () => void): void {
    this.machine.scheduler.after(0, () => this.enter(callback));
  }

  /** Runs `callback` in this process: immediately, after SIGCONT or a sleep of the machine, or never if it has ended. */
  enter(callback: () => void): void {
    if (this.#state === "dead") return;
    if (this.#state === "stopped" || this.machine.isAsleep) {
      this.#waiting.push(callback);
      if (this.machine.isAsleep && this.#waiting.length === 1) this.#continueWhenAwake();
    } else if (this.#waiting.length > 0) this.#waiting.push(callback);
    else {
      this.turns++;
      callback();
    }
  }

  /** Opens a descriptor. The kernel calls `close` when the process ends; call the result when the process closes it. */
  hold(close: () => void): () => void {
    this.#open.add(close);
    const forget = this.#noteOrigin("descriptor");
    return () => {
      this.#open.delete(close);
      forget();
    };
  }

  signal(signal: Deno.Signal): void {
    if (this.#state === "dead") return;
    switch (signal) {
      case "SIGKILL":
        return this.#die({ code: signalledCode(signal), signal });
      case "SIGSTOP":
        this.#state = "stopped";
        return this.#trace();
      case "SIGCONT":
        if (this.#state !== "stopped") return;
        this.#state = "running";
        this.#trace();
        return this.#flush();
      default:
        if (signal === "SIGTERM") this.isLeaving = true;
        // Not within the sender's own call.
        return this.defer(() => {
          if (this.onSignal !== undefined) this.onSignal(signal);
          else this.#die({ code: signalledCode(signal), signal });
        });
    }
  }

  exit(code: number): void {
    this.#die({ code, signal: undefined });
  }

  /** Ends the process in a power failure: nothing is closed and no parent is told. */
  vanish(): void {
    this.#state = "dead";
    this.#trace();
    this.#waiting = [];
    this.#open.clear();
    for (const tell of this.whenDead.splice(0)) tell({ code: 0, signal: "SIGKILL" });
  }

  #trace(): void {
    const { kind, machine } = this;
    if (kind === "child" || kind === "hook" || kind === "stranger" || kind === "nats") return;
    machine.trace.add({ kind: "process", actor: machine.name, process: kind, state: this.#state });
  }

  #noteOrigin(what: string): () => void {
    if (!this.machine.trace.isOn) return () => {};
    const key = {};
    this.origins.set(key, `${what}: ${new Error().stack}`);
    return () => this.origins.delete(key);
  }

  #die(end: ProcessEnd): void {
    if (this.#state === "dead") return;
    this.#state = "dead";
    this.#trace();
    this.#waiting = [];
    for (const close of [...this.#open]) close();
    this.#open.clear();
    for (const tell of this.whenDead.splice(0)) tell(end);
    const { machine } = this;
    machine.reparentChildrenOf(this);
    machine.scheduler.after(EXIT_MS * machine.random.next(), () => {
      const { parent } = this;
      if (parent === undefined) return machine.forget(this);
      parent.enter(() => {
        if (this.parent === parent && this.isOwnChild) machine.forget(this);
        this.#ended.resolve(end);
      });
    });
  }

  #continueWhenAwake(): void {
    this.machine.after(0, () => this.#flush());
  }

  /** Runs the waiting callbacks in order, with the microtasks of each before the next. */
  #flush(): void {
    this.machine.scheduler.after(0, () => {
      if (this.#state !== "running") return;
      if (this.machine.isAsleep) return this.#continueWhenAwake();
      const next = this.#waiting.shift();
      this.turns++;
      next?.();
      if (this.#waiting.length > 0) this.#flush();
    });
  }
}
