// What one client may ask for: so much a second in the long run, and what it has not used before, up to a burst (a token
// bucket). Pure: it is told the time, in ms of any clock that does not go back.

export interface TokenBucketRates {
  /** 0: no limit. */
  readonly perSecond: number;
  /** The most that gathers. */
  readonly burst: number;
}

export class TokenBucket {
  readonly #rates: TokenBucketRates;
  #left: number;
  #refilledAt: number;

  /** Begins full. */
  constructor(rates: TokenBucketRates, now: number) {
    this.#rates = rates;
    this.#left = rates.burst;
    this.#refilledAt = now;
  }

  /** Adds what the time since the last call has brought. Once for many calls of {@linkcode take}. */
  refill(now: number): void {
    const { perSecond, burst } = this.#rates;
    this.#left = Math.min(burst, this.#left + (now - this.#refilledAt) * perSecond / 1_000);
    this.#refilledAt = now;
  }

  /** How many that cost 1 each could be taken now. */
  get left(): number {
    return Math.floor(this.#left);
  }

  /** Takes `cost`, all of it or nothing. What costs more than a burst costs a burst, or it could never be had. */
  take(cost: number): boolean {
    const due = Math.min(cost, this.#rates.burst);
    if (due > this.#left) return false;
    this.#left -= due;
    return true;
  }

  /** How long until `cost` could be taken, in whole ms, if nothing else is. */
  waitMs(cost: number): number {
    const missing = Math.min(cost, this.#rates.burst) - this.#left;
    return Math.max(1, Math.ceil(missing * 1_000 / this.#rates.perSecond));
  }
}
