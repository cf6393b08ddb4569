// Counts the open connections of each address or token, so that one of them cannot use up all descriptors or seats.

export class ConnectionCounts {
  readonly #max: number;
  readonly #counts = new Map<string, number>();

  /** @param max connections per key; 0: no limit, and nothing is counted. */
  constructor(max: number) {
    this.#max = max;
  }

  /** The number of keys with a connection. */
  get size(): number {
    return this.#counts.size;
  }

  /** Counts a connection; false, without counting it, when the limit is reached. */
  add(key: string): boolean {
    if (this.#max === 0) return true;
    const count = this.#counts.get(key) ?? 0;
    if (count >= this.#max) return false;
    this.#counts.set(key, count + 1);
    return true;
  }

  /** A counted connection has ended. */
  remove(key: string): void {
    const count = this.#counts.get(key);
    if (count === undefined) return;
    if (count === 1) this.#counts.delete(key);
    else this.#counts.set(key, count - 1);
  }
}
