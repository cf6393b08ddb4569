// How many connections each address, or each token, has open, so that one of them cannot take all descriptors or seats.

export class ConnectionCounts {
  readonly #max: number;
  readonly #counts = new Map<string, number>();

  /** @param max connections of one of them; 0: any number, and nothing is counted. */
  constructor(max: number) {
    this.#max = max;
  }

  /** How many have a connection. */
  get size(): number {
    return this.#counts.size;
  }

  /** Counts a connection; false when it would be one too many, and then it is not counted. */
  add(key: string): boolean {
    if (this.#max === 0) return true;
    const count = this.#counts.get(key) ?? 0;
    if (count >= this.#max) return false;
    this.#counts.set(key, count + 1);
    return true;
  }

  /** A connection that was counted has ended. */
  remove(key: string): void {
    const count = this.#counts.get(key);
    if (count === undefined) return;
    if (count === 1) this.#counts.delete(key);
    else this.#counts.set(key, count - 1);
  }
}
