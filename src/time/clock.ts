// The clocks that everything with a time gets passed in, so that a test can move them.

/** Timers as they are passed in; a test moves its own. */
export interface Clock {
  /** Monotonic, in ms. */
  now(): number;
  /** Calls back once, not before `ms` have passed; the result undoes it. */
  after(ms: number, callback: () => void): () => void;
}

/** One moment on two clocks, in ms: one that only runs, for this process alone, and one that others share. */
export interface Instant {
  readonly running: number;
  readonly wall: number;
}

export interface InstantClock {
  now(): Instant;
  /** Calls back once after `ms`; the result undoes it. */
  after(ms: number, callback: () => void): () => void;
}

/** The clock of a real client. */
export const DENO_CLOCK: InstantClock = Object.freeze({
  now: () => ({ running: performance.now(), wall: Date.now() }),
  after(ms: number, callback: () => void) {
    const timer = setTimeout(callback, ms);
    return () => clearTimeout(timer);
  },
});
