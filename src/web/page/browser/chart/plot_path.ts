// The shape of a curve, as the path of an SVG of a fixed size.

/** A point: seconds before now, and a value. */
export interface PlotPoint {
  readonly age: number;
  readonly value: number;
}

export interface PlotSize {
  readonly width: number;
  readonly height: number;
  /** The oldest age in seconds that is shown, at the left edge. */
  readonly span: number;
  /** The value at the upper edge. */
  readonly max: number;
}

/** Points further apart than this, in seconds, are not connected: the server did not run in between. */
const GAP = 30;

/** One open curve for each stretch without a gap. */
export function linePath(points: readonly PlotPoint[], size: PlotSize): string {
  return stretches(points, size).map((stretch) => `M${stretch.join("L")}`).join("");
}

/** The same curves, closed at the bottom, to be filled. */
export function areaPath(points: readonly PlotPoint[], size: PlotSize): string {
  return stretches(points, size).map((stretch) => {
    const first = stretch[0]!.split(" ")[0];
    const last = stretch.at(-1)!.split(" ")[0];
    return `M${first} ${size.height}L${stretch.join("L")}L${last} ${size.height}Z`;
  }).join("");
}

/** An upright bar for each value that is not 0. */
export function barPath(points: readonly PlotPoint[], size: PlotSize): string {
  const { width, height, span, max } = size;
  return points.filter(({ age, value }) => age <= span && value > 0).map(({ age, value }) =>
    `M${rounded(width * (1 - age / span))} ${height}V${rounded(height * (1 - Math.min(value, max) / max))}`
  ).join("");
}

/** A round number that is not less than the value: 1, 2, 5, 10, 20, 50 ... */
export function roundedUp(value: number): number {
  if (value <= 1) return 1;
  const power = 10 ** Math.floor(Math.log10(value));
  return ([1, 2, 5, 10].find((step) => step * power >= value) ?? 10) * power;
}

function stretches(points: readonly PlotPoint[], { width, height, span, max }: PlotSize): string[][] {
  const found: string[][] = [];
  let before: number | undefined;
  for (const { age, value } of points) {
    if (age > span) continue;
    const x = width * (1 - age / span);
    const y = height * (1 - Math.min(value, max) / max);
    if (before === undefined || before - age > GAP) found.push([]);
    found.at(-1)!.push(`${rounded(x)} ${rounded(y)}`);
    before = age;
  }
  return found;
}

function rounded(value: number): number {
  return Math.round(value * 10) / 10;
}
