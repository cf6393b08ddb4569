// Which records of one author were applied, so that each is applied at most once, however often and in whatever order the log
// gets them: a window, as IPsec has against replays (RFC 4303, section 3.4.3).

/** Records that are this much older than the author's newest one come too late. An author has fewer under way. */
const WINDOW = 4_096;

export class AppliedCounters {
  #highest: number;
  /** Below the highest, and still within the window; in ascending order. */
  readonly #missing: Set<number>;

  constructor(highest: number, missing: readonly number[] = []) {
    this.#highest = highest;
    this.#missing = new Set(missing);
  }

  get highest(): number {
    return this.#highest;
  }

  get missing(): readonly number[] {
    return [...this.#missing];
  }

  /** @returns false when it was applied, or comes too late */
  take(counter: number): boolean {
    if (counter <= this.#highest) return this.#missing.delete(counter);
    const oldest = counter - WINDOW;
    for (const one of this.#missing) {
      if (one > oldest) break;
      this.#missing.delete(one);
    }
    for (let one = Math.max(this.#highest, oldest) + 1; one < counter; one++) this.#missing.add(one);
    this.#highest = counter;
    return true;
  }
}
