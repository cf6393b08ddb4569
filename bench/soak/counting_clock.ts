// The system's clock as the server is given it, with its timers counted: one that is left over when everybody has gone
// is a leak.

import type { Clock } from "../../src/time/clock.ts";

export class CountingClock implements Clock {
  readonly #running = new Set<ReturnType<typeof setTimeout>>();

  /** Timers that will still fire. */
  get timers(): number {
    return this.#running.size;
  }

  now(): number {
    return performance.now();
  }

  after(ms: number, callback: () => void): () => void {
    const timer = setTimeout(() => {
      this.#running.delete(timer);
      callback();
    }, ms);
    this.#running.add(timer);
    return () => {
      clearTimeout(timer);
      this.#running.delete(timer);
    };
  }
}
