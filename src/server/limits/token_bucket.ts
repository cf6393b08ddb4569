// A token bucket: it allows a rate in the long run, and bursts of what was not used before. Pure: the time is passed in, in
// ms of any monotonic clock.

export interface TokenBucketRates {
  /** 0: no limit. */
  readonly perSecond: number;
  /** The capacity of the bucket. */
  readonly burst: number;
}

export class TokenBucket {
  readonly #rates: TokenBucketRates;
  #left: number;
  #refilledAt: number;

  /** Starts full. */
  constructor(rates: TokenBucketRates, now: number) {
    this.#rates = rates;
    this.#left = rates.burst;
    this.#refilledAt = now;
  }

  /** Adds the tokens for the time since the last call. One call serves many calls of {@linkcode take}. */
  refill(now: number): void {
    const { perSecond, burst } = this.#rates;
    this.#left = Math.min(burst, this.#left + (now - this.#refilledAt) * perSecond / 1_000);
    this.#refilledAt = now;
  }

  /** How many requests of cost 1 would be allowed now. */
  get left(): number {
    return Math.floor(this.#left);
  }

  /** Takes `cost` tokens, all or none. A higher cost than the burst counts as the burst, so that it can be paid at all. */
  take(cost: number): boolean {
    const due = Math.min(cost, this.#rates.burst);
    if (due > this.#left) return false;
    this.#left -= due;
    return true;
  }

  /** When `cost` could be taken if nothing else is taken before, in whole ms from now. */
  waitMs(cost: number): number {
    const missing = Math.min(cost, this.#rates.burst) - this.#left;
    return Math.max(1, Math.ceil(missing * 1_000 / this.#rates.perSecond));
  }
}
