// Addresses from which tokens were refused. Pure: it is told the time, in ms of any clock that does not go back.

export interface FailedLoginLimits {
  readonly failuresPerAddress: number;
  readonly failureWindowMs: number;
  /** Addresses that are remembered. */
  readonly failureAddresses: number;
}

interface Window {
  readonly endsAt: number;
  failures: number;
}

export class FailedLogins {
  readonly #limits: FailedLoginLimits;
  /** In the order in which the windows began, and as all are equally long, in which they end. */
  readonly #windows = new Map<string, Window>();

  constructor(limits: FailedLoginLimits) {
    this.#limits = limits;
  }

  /** Addresses that are remembered. */
  get size(): number {
    return this.#windows.size;
  }

  /** Why an address is blocked, for people. */
  get message(): string {
    const { failuresPerAddress, failureWindowMs } = this.#limits;
    return `more than ${failuresPerAddress} tokens from your address were refused within ${failureWindowMs} ms`;
  }

  /** A token was refused. The first failure begins a window. */
  note(key: string, now: number): void {
    this.#forgetEnded(now);
    const window = this.#windows.get(key);
    if (window !== undefined) {
      window.failures++;
      return;
    }
    const { failureWindowMs, failureAddresses } = this.#limits;
    // Whoever has so many addresses loses a count that is nearly over anyway; the memory stays bounded.
    if (this.#windows.size >= failureAddresses) this.#windows.delete(this.#windows.keys().next().value!);
    this.#windows.set(key, { endsAt: now + failureWindowMs, failures: 1 });
  }

  /** How long nobody is let in from there, in ms; 0: not at all. */
  blockedMs(key: string, now: number): number {
    const window = this.#windows.get(key);
    if (window === undefined || window.failures <= this.#limits.failuresPerAddress) return 0;
    return Math.max(0, Math.ceil(window.endsAt - now));
  }

  #forgetEnded(now: number): void {
    for (const [key, { endsAt }] of this.#windows) {
      if (endsAt > now) return;
      this.#windows.delete(key);
    }
  }
}
