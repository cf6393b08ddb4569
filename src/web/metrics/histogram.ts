// Counts observations by size.

export class Histogram {
  /** The upper bounds of the buckets, in ascending order; one more bucket has no bound. */
  readonly bounds: readonly number[];
  /** How many observations each bucket has, without those of the buckets before it. */
  readonly counts: number[];
  /** Of all observations. */
  sum = 0;

  constructor(bounds: readonly number[]) {
    this.bounds = bounds;
    this.counts = new Array(bounds.length + 1).fill(0);
  }

  observe(value: number): void {
    const index = this.bounds.findIndex((bound) => value <= bound);
    this.counts[index < 0 ? this.bounds.length : index]!++;
    this.sum += value;
  }
}
