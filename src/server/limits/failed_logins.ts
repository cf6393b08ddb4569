// Blocks addresses with too many failed logins. Pure: the time is passed in, in ms of any monotonic clock.

export interface FailedLoginLimits {
  readonly failuresPerAddress: number;
  readonly failureWindowMs: number;
  /** How many addresses are remembered. */
  readonly failureAddresses: number;
}

interface Window {
  readonly endsAt: number;
  failures: number;
}

export class FailedLogins {
  readonly #limits: FailedLoginLimits;
  /** In the order in which they began, and since all are equally long, in which they end. */
  readonly #windows = new Map<string, Window>();

  constructor(limits: FailedLoginLimits) {
    this.#limits = limits;
  }

  /** The number of addresses remembered. */
  get size(): number {
    return this.#windows.size;
  }

  /** Why an address is blocked. */
  get message(): string {
    const { failuresPerAddress, failureWindowMs } = this.#limits;
    return `Too many failed logins from your address: the limit is ${failuresPerAddress} in ${failureWindowMs} ms`;
  }

  /** Counts a failed login. The first one begins a window. */
  note(key: string, now: number): void {
    this.#forgetEnded(now);
    const window = this.#windows.get(key);
    if (window !== undefined) {
      window.failures++;
      return;
    }
    const { failureWindowMs, failureAddresses } = this.#limits;
    // Keeps the memory bounded by dropping the window that ends first.
    if (this.#windows.size >= failureAddresses) this.#windows.delete(this.#windows.keys().next().value!);
    this.#windows.set(key, { endsAt: now + failureWindowMs, failures: 1 });
  }

  /** For how many more ms the address is blocked; 0: it is not. */
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
