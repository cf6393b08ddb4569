// Medians and spreads. Ratios are formed within a repetition, where both were measured a moment apart, and then their
// median is taken: what disturbs the machine disturbs both. A line through few points tells a fixed cost from a growing one.

export interface Summary {
  readonly median: number;
  readonly min: number;
  readonly max: number;
}

/** `undefined` when there is nothing. */
export function summarize(values: readonly (number | undefined)[]): Summary | undefined {
  const sorted = values.filter((value) => value !== undefined).sort((a, b) => a - b);
  if (sorted.length === 0) return undefined;
  const middle = sorted.length >> 1;
  const median = sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2;
  return { median, min: sorted[0]!, max: sorted.at(-1)! };
}

/** The ratio of each repetition's pair. */
export function ratios(
  own: readonly (number | undefined)[],
  other: readonly (number | undefined)[],
): (number | undefined)[] {
  return own.map((value, i) => {
    const base = other[i];
    return value === undefined || base === undefined || base === 0 ? undefined : value / base;
  });
}

export interface Line {
  readonly intercept: number;
  readonly slope: number;
}

/** The line of least squares through points of at least two different abscissas. */
export function fitLine(points: readonly (readonly [x: number, y: number])[]): Line {
  const mean = (values: number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;
  const [meanX, meanY] = [mean(points.map(([x]) => x)), mean(points.map(([, y]) => y))];
  const covariance = mean(points.map(([x, y]) => (x - meanX) * (y - meanY)));
  const slope = covariance / mean(points.map(([x]) => (x - meanX) ** 2));
  return { intercept: meanY - slope * meanX, slope };
}
