// A logarithmic axis: where a value stands on it, and which values are written beside it.

export interface LogScale {
  readonly ticks: readonly { readonly value: number; readonly isLabelled: boolean }[];
  /** In the units of the drawing, to a tenth. */
  at(value: number): number;
}

/** More lines than these, and only the powers of ten are labelled. */
const MAX_LABELS = 6;

/** From `from` to `to`: the steps 1, 3, 10, 30... around all values, which have to be positive. */
export function logScale(values: readonly number[], from: number, to: number): LogScale {
  const low = Math.floor(step(Math.min(...values)) + 0.01);
  const high = Math.max(low + 1, Math.ceil(step(Math.max(...values)) - 0.01));
  const steps = Array.from({ length: high - low + 1 }, (_, i) => low + i);
  const first = valueOf(low);
  const decades = Math.log10(valueOf(high) / first);
  return {
    ticks: steps.map((step) => ({
      value: valueOf(step),
      isLabelled: steps.length <= MAX_LABELS || step % 2 === 0,
    })),
    at: (value) => Math.round(10 * (from + (Math.log10(value / first) / decades) * (to - from))) / 10,
  };
}

/** 0 is 1, 1 is 3, 2 is 10: two steps to a power of ten. */
function valueOf(step: number): number {
  return (step % 2 === 0 ? 1 : 3) * 10 ** Math.floor(step / 2);
}

/** The place among the steps, with a fraction. */
function step(value: number): number {
  const decade = Math.floor(Math.log10(value) + 1e-9);
  const rest = value / 10 ** decade;
  return 2 * decade + (rest < 3 ? Math.log(rest) / Math.log(3) : 1 + Math.log(rest / 3) / Math.log(10 / 3));
}
