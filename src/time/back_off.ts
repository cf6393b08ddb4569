// How long to wait before connecting again: exponential back-off with full jitter, so that the clients of a server that
// restarts do not all come back at the same moment. Pure; chance is passed in.

/** Bounds of the waits between attempts. */
export interface BackOffBounds {
  /** The ceiling of the first wait, in ms; it doubles with each further one. */
  readonly minMs: number;
  /** The ceiling that no wait exceeds, in ms. */
  readonly maxMs: number;
}

/** The same bounds, none above `ms`. */
export function cappedBackOff({ minMs, maxMs }: BackOffBounds, ms: number): BackOffBounds {
  return { minMs: Math.min(minMs, ms), maxMs: Math.min(maxMs, ms) };
}

/** A server may ask for a wait, but not for one without an end. */
const MAX_ASKED_MS = 3_600_000;

export class BackOff {
  readonly #bounds: BackOffBounds;
  readonly #random: () => number;
  #ceilingMs: number;

  /** @param random a number from 0 to below 1, as `Math.random` gives it. */
  constructor(bounds: BackOffBounds, random: () => number) {
    this.#bounds = bounds;
    this.#random = random;
    this.#ceilingMs = bounds.minMs;
  }

  /**
   * The next wait, in ms: anything from 0 to the ceiling, and never less than `atLeastMs`, asked for by the server. Of
   * that an hour counts at most.
   */
  next(atLeastMs = 0): number {
    const wait = Math.round(this.#random() * this.#ceilingMs);
    this.#ceilingMs = Math.min(this.#bounds.maxMs, this.#ceilingMs * 2);
    return Math.min(atLeastMs, MAX_ASKED_MS) + wait;
  }

  /** To be called when a connection was good. */
  reset(): void {
    this.#ceilingMs = this.#bounds.minMs;
  }
}
