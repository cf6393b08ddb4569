// Exponential back-off with full jitter, so that the clients of a restarted server do not all reconnect at the same time.
// Pure: randomness is passed in.

/** Bounds of the waits between attempts. */
export interface BackOffBounds {
  /** The upper limit of the first wait, in ms; it doubles with every further wait. */
  readonly minMs: number;
  /** The upper limit of every wait, in ms. */
  readonly maxMs: number;
}

/** The bounds limited to `ms`. */
export function cappedBackOff({ minMs, maxMs }: BackOffBounds, ms: number): BackOffBounds {
  return { minMs: Math.min(minMs, ms), maxMs: Math.min(maxMs, ms) };
}

/** The longest wait that a server may ask for. */
export const MAX_REQUESTED_MS = 3_600_000;

export class BackOff {
  readonly #bounds: BackOffBounds;
  readonly #random: () => number;
  #limitMs: number;

  /** @param random returns the fraction of the upper limit to wait: `Math.random` for full jitter, 1 for none. */
  constructor(bounds: BackOffBounds, random: () => number) {
    this.#bounds = bounds;
    this.#random = random;
    this.#limitMs = bounds.minMs;
  }

  /**
   * The next wait, in ms: a fraction of the upper limit, plus the minimum that the server asked for, which is limited to an
   * hour.
   */
  next(requestedMs = 0): number {
    const wait = Math.round(this.#random() * this.#limitMs);
    this.#limitMs = Math.min(this.#bounds.maxMs, this.#limitMs * 2);
    return Math.min(requestedMs, MAX_REQUESTED_MS) + wait;
  }

  /** To be called after a success. */
  reset(): void {
    this.#limitMs = this.#bounds.minMs;
  }
}
