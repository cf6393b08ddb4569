// Virtual time: runs events in the order of their times, and all microtasks after each, as an event loop does. Nothing here
// depends on real time, so a seed always gives the same run.

/** Runs all pending microtasks and those that they add. Must not be called within a microtask. */
const runMicrotasks = findRunMicrotasks();

interface ScheduledEvent {
  readonly at: number;
  readonly sequence: number;
  run: (() => void) | undefined;
}

/** Far more events than all processes need at one time; beyond it, a callback schedules itself in a loop. */
const MAX_STEPS_AT_ONE_TIME = 100_000;

export class Scheduler {
  #now = 0;
  #sequence = 0;
  /** Events that have run at this time. */
  #stepsNow = 0;
  /** A binary heap. */
  readonly #events: ScheduledEvent[] = [];

  /** True time, in ms since the start of the simulation. */
  get now(): number {
    return this.#now;
  }

  /** Calls `run` after `ms`; the result cancels it. */
  after(ms: number, run: () => void): () => void {
    const event: ScheduledEvent = { at: this.#now + Math.max(0, ms), sequence: this.#sequence++, run };
    this.#push(event);
    return () => event.run = undefined;
  }

  /**
   * Runs events until the time `end`, or until `isOver` returns true after one of them. Must not be called within a
   * microtask.
   *
   * @throws {Error} when time does not advance, or what an event throws
   */
  runUntil(end: number, isOver: () => boolean): void {
    for (let event = this.#events[0]; event !== undefined && event.at <= end; event = this.#events[0]) {
      this.#pop();
      if (event.run === undefined) continue;
      this.#stepsNow = event.at === this.#now ? this.#stepsNow + 1 : 0;
      if (this.#stepsNow > MAX_STEPS_AT_ONE_TIME) throw new Error(`time does not advance at ${this.#now} ms`);
      this.#now = event.at;
      event.run();
      runMicrotasks();
      if (isOver()) return;
    }
    this.#now = end;
  }

  #push(event: ScheduledEvent): void {
    const events = this.#events;
    let at = events.push(event) - 1;
    while (at > 0) {
      const parent = (at - 1) >> 1;
      if (!isBefore(event, events[parent]!)) break;
      events[at] = events[parent]!;
      at = parent;
    }
    events[at] = event;
  }

  #pop(): void {
    const events = this.#events;
    const last = events.pop()!;
    if (events.length === 0) return;
    let at = 0;
    for (;;) {
      let child = 2 * at + 1;
      if (child >= events.length) break;
      if (child + 1 < events.length && isBefore(events[child + 1]!, events[child]!)) child++;
      if (!isBefore(events[child]!, last)) break;
      events[at] = events[child]!;
      at = child;
    }
    events[at] = last;
  }
}

function isBefore(a: ScheduledEvent, b: ScheduledEvent): boolean {
  return a.at < b.at || (a.at === b.at && a.sequence < b.sequence);
}

/** The runtime's own function. A turn of the real event loop, the public way, takes hundreds of times as long. */
function findRunMicrotasks(): () => void {
  const { internal } = Deno as unknown as { readonly internal: symbol };
  const { core } = (Deno as unknown as Record<symbol, { core?: { runMicrotasks?: () => void } }>)[internal] ??
    {};
  if (core?.runMicrotasks === undefined) {
    throw new Error(`Cannot simulate on Deno ${Deno.version.deno}: it has no runMicrotasks`);
  }
  return core.runMicrotasks;
}

/** Calls `run` outside of any microtask. Rejects with what it throws. */
export function outsideMicrotasks<Result>(run: () => Result): Promise<Result> {
  return new Promise((resolve, reject) =>
    setTimeout(() => {
      try {
        resolve(run());
      } catch (error) {
        reject(error);
      }
    })
  );
}
