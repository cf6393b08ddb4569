// A process: what runs of it, what it holds open, and what signals do to it. The code of a simulated process is the
// product's own; everything that reaches it comes through `enter`, so that a suspended process hears nothing and a dead one
// never again.

import type { Machine } from "./machine.ts";
import type { Instant } from "../../../src/time/clock.ts";

export type SimSignal = Deno.Signal;

export interface ProcessEnd {
  readonly code: number;
  readonly signal: SimSignal | undefined;
}

export type ProcessState = "running" | "stopped" | "dead";

const NUMBERS: Partial<Record<SimSignal, number>> = {
  SIGHUP: 1,
  SIGINT: 2,
  SIGQUIT: 3,
  SIGKILL: 9,
  SIGTERM: 15,
};
const SIGNALLED_CODE = 128;
/** How long the kernel takes to end a process, and its parent to hear of it, in true ms. */
const EXIT_MS = 2;

/** By what their names begin with. */
const KINDS = [
  ["server", "server"],
  ["guard", "guard"],
  ["program", "program"],
  ["leader", "client"],
  ["member", "client"],
] as const;

interface ProcessParts {
  readonly pid: number;
  readonly name: string;
  readonly parent: SimProcess | undefined;
  readonly group: number;
}

export class SimProcess {
  readonly machine: Machine;
  readonly pid: number;
  readonly name: string;
  readonly group: number;
  parent: SimProcess | undefined;
  adoptsOrphans = false;
  /** What a signal other than KILL, STOP and CONT does; without a handler, it ends the process. */
  onSignal: ((signal: SimSignal) => void) | undefined;
  /** Called once when it has ended, before its parent knows. */
  readonly whenDead: ((end: ProcessEnd) => void)[] = [];
  readonly #open = new Set<() => void>();
  /** Where its timers and descriptors come from; kept only in a simulation with a trace. */
  readonly origins = new Map<object, string>();
  #timers = 0;
  #state: ProcessState = "running";
  #waiting: (() => void)[] = [];
  readonly #ended = Promise.withResolvers<ProcessEnd>();

  constructor(machine: Machine, { pid, name, parent, group }: ProcessParts) {
    this.machine = machine;
    this.pid = pid;
    this.name = name;
    this.parent = parent;
    this.group = group;
    this.#trace();
  }

  get state(): ProcessState {
    return this.#state;
  }

  /** Sockets and pipes that it holds open. */
  get descriptors(): number {
    return this.#open.size;
  }

  get timers(): number {
    return this.#timers;
  }

  /** Resolves in the process that started it, which has waited for it then. */
  get ended(): Promise<ProcessEnd> {
    return this.#ended.promise;
  }

  now(): Instant {
    return this.machine.now();
  }

  /** A timer of the process; the result cancels it. */
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

  /** Runs something in this process: now, when it continues, or never. */
  enter(callback: () => void): void {
    if (this.#state === "dead") return;
    if (this.#state === "stopped" || this.machine.isAsleep) {
      this.#waiting.push(callback);
      if (this.machine.isAsleep && this.#waiting.length === 1) this.#continueWhenAwake();
    } else if (this.#waiting.length > 0) this.#waiting.push(callback);
    else callback();
  }

  /** @param close what the kernel does with it when the process ends. @returns to be called when it is closed before */
  hold(close: () => void): () => void {
    this.#open.add(close);
    const forget = this.#noteOrigin("descriptor");
    return () => {
      this.#open.delete(close);
      forget();
    };
  }

  signal(signal: SimSignal): void {
    if (this.#state === "dead") return;
    switch (signal) {
      case "SIGKILL":
        return this.#die({ code: SIGNALLED_CODE + 9, signal });
      case "SIGSTOP":
        this.#state = "stopped";
        this.#trace();
        return;
      case "SIGCONT":
        if (this.#state === "stopped") {
          this.#state = "running";
          this.#trace();
          this.#flush();
        }
        return;
      default: {
        const deliver = () => {
          if (this.onSignal !== undefined) this.onSignal(signal);
          else this.#die({ code: SIGNALLED_CODE + (NUMBERS[signal] ?? 0), signal });
        };
        // Not within the call of the process that sends it.
        this.machine.scheduler.after(0, () => this.enter(deliver));
      }
    }
  }

  exit(code: number): void {
    this.#die({ code, signal: undefined });
  }

  /** It is gone without a trace, as after a power failure. */
  vanish(): void {
    this.#state = "dead";
    this.#trace();
    this.#waiting = [];
    this.#open.clear();
    for (const tell of this.whenDead.splice(0)) tell({ code: 0, signal: "SIGKILL" });
  }

  #trace(): void {
    const process = KINDS.find(([part]) => this.name.startsWith(part))?.[1];
    if (process === undefined) return;
    this.machine.trace.add({ kind: "process", actor: this.machine.name, process, state: this.#state });
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
    machine.adopt(this);
    machine.scheduler.after(EXIT_MS * machine.random.next(), () => {
      const { parent } = this;
      if (parent === undefined) return machine.forget(this);
      parent.enter(() => {
        // A child that was adopted is not one that its runtime waits for.
        if (this.parent === parent && this.isOwnChild) machine.forget(this);
        this.#ended.resolve(end);
      });
    });
  }

  /** Whether the parent has started it, and its runtime waits for it. */
  isOwnChild = true;

  #continueWhenAwake(): void {
    this.machine.after(0, () => this.#flush());
  }

  /** Everything that has waited runs in order, with the microtasks of each before the next. */
  #flush(): void {
    this.machine.scheduler.after(0, () => {
      if (this.#state !== "running") return;
      if (this.machine.isAsleep) return this.#continueWhenAwake();
      const next = this.#waiting.shift();
      next?.();
      if (this.#waiting.length > 0) this.#flush();
    });
  }
}
