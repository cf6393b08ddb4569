// Virtual time: events in the order of their times, with all microtasks of one run before the next begins, as the event
// loop of a real process does it. Nothing here depends on real time, so that a seed always gives the same run.

/** Runs all microtasks that are due, and those that they add. Not for use within a microtask. */
export const drainMicrotasks: () => void = findDrain();

export interface ScheduledEvent {
  readonly at: number;
  readonly sequence: number;
  run: (() => void) | undefined;
}

/** Far more than all processes do in one moment: beyond it, something calls itself back without end. */
const MAX_STEPS_AT_ONCE = 100_000;

export class Scheduler {
  #now = 0;
  #sequence = 0;
  #steps = 0;
  #stepsNow = 0;
  /** A binary heap. */
  readonly #events: ScheduledEvent[] = [];

  /** True time, in ms since the beginning. */
  get now(): number {
    return this.#now;
  }

  /** Events that have been run. */
  get steps(): number {
    return this.#steps;
  }

  /** Runs `run` in `ms` from now; the result cancels that. */
  after(ms: number, run: () => void): () => void {
    const event: ScheduledEvent = { at: this.#now + Math.max(0, ms), sequence: this.#sequence++, run };
    this.#push(event);
    return () => event.run = undefined;
  }

  /** Runs events until `end`, each followed by `afterEach`. Call it outside of any microtask. */
  runUntil(end: number, afterEach: () => void): void {
    for (let event = this.#events[0]; event !== undefined && event.at <= end; event = this.#events[0]) {
      this.#pop();
      if (event.run === undefined) continue;
      this.#stepsNow = event.at === this.#now ? this.#stepsNow + 1 : 0;
      if (this.#stepsNow > MAX_STEPS_AT_ONCE) throw new Error(`time stands still at ${this.#now} ms`);
      this.#now = event.at;
      this.#steps++;
      event.run();
      drainMicrotasks();
      afterEach();
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

/** An iteration of the real event loop costs a hundred times as much as this call, which the runtime uses itself. */
function findDrain(): () => void {
  const { internal } = Deno as unknown as { readonly internal: symbol };
  const { core } = (Deno as unknown as Record<symbol, { core?: { runMicrotasks?: () => void } }>)[internal] ??
    {};
  if (core?.runMicrotasks === undefined) {
    throw new Error(`Cannot simulate on Deno ${Deno.version.deno}: it has no runMicrotasks`);
  }
  return core.runMicrotasks;
}

/** Calls `run` outside of any microtask, where microtasks can be drained. */
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
