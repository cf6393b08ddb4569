// Assertions about size. `assertGreater` and its kin take whatever JavaScript can order.

import { inspect } from "node:util";
import { AssertionError, ending } from "./assertion_error.ts";

/** The two are at most `tolerance` apart; a ten-millionth of `expected` unless told. */
export function assertAlmostEquals(actual: number, expected: number, tolerance?: number, msg?: string): void {
  if (Object.is(actual, expected)) return;
  const allowed = tolerance ?? (Number.isFinite(expected) ? Math.abs(expected * 1e-7) : 1e-7);
  const apart = Math.abs(expected - actual);
  if (apart <= allowed) return;
  throw new AssertionError(
    `Expected actual: "${actual}" to be close to "${expected}": delta "${apart}" is greater than "${allowed}"${
      ending(msg)
    }`,
  );
}

/** `actual` > `expected`. */
export function assertGreater<T>(actual: T, expected: T, msg?: string): void {
  if (!(actual > expected)) throw orderError(actual, ">", expected, msg);
}

/** `actual` >= `expected`. */
export function assertGreaterOrEqual<T>(actual: T, expected: T, msg?: string): void {
  if (!(actual >= expected)) throw orderError(actual, ">=", expected, msg);
}

/** `actual` < `expected`. */
export function assertLess<T>(actual: T, expected: T, msg?: string): void {
  if (!(actual < expected)) throw orderError(actual, "<", expected, msg);
}

/** `actual` <= `expected`. */
export function assertLessOrEqual<T>(actual: T, expected: T, msg?: string): void {
  if (!(actual <= expected)) throw orderError(actual, "<=", expected, msg);
}

function orderError(actual: unknown, relation: string, expected: unknown, msg: string | undefined): Error {
  return new AssertionError(msg || `Expect ${inspect(actual)} ${relation} ${inspect(expected)}`);
}
