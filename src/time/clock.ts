// Clocks are passed in wherever time is needed, so that tests can control it.

/** A clock with timers. */
export interface Clock {
  /** Monotonic, in ms. */
  now(): number;
  /** Calls back once, not before `ms` have passed; the result cancels it. */
  after(ms: number, callback: () => void): () => void;
}

/** One moment on two clocks, in ms: a monotonic one of this process, and the wall clock. */
export interface Instant {
  readonly running: number;
  readonly wall: number;
}

export interface InstantClock {
  now(): Instant;
  /** Calls back once after `ms`; the result cancels it. */
  after(ms: number, callback: () => void): () => void;
}

/** The real clock. */
export const DENO_CLOCK: InstantClock = Object.freeze({
  now: () => ({ running: performance.now(), wall: Date.now() }),
  after(ms: number, callback: () => void) {
    const timer = setTimeout(callback, ms);
    return () => clearTimeout(timer);
  },
});
