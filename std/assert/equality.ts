// Equality, decided and drawn by `node:assert/strict`. The original is laxer in two points, which `laxCopy`
// evens out: 0 equals -0, and an object without a prototype equals an ordinary one.

import nodeAssert from "node:assert/strict";
import { inspect, isDeepStrictEqual } from "node:util";
import { AssertionError, ending } from "./assertion_error.ts";

/** `actual` and `expected` have the same structure and the same values. */
export function assertEquals<T>(actual: T, expected: T, msg?: string): void {
  if (isEqual(actual, expected)) return;
  const difference = messageOf(() => nodeAssert.deepEqual(actual, expected));
  throw new AssertionError(`Values are not equal${ending(msg)}\n${difference}`);
}

/** `actual` and `expected` differ in structure or in a value. */
export function assertNotEquals<T>(actual: T, expected: T, msg?: string): void {
  if (!isEqual(actual, expected)) return;
  throw new AssertionError(
    `Expected actual: ${inspect(actual)} not to be: ${inspect(expected)}${ending(msg)}`,
  );
}

/** `actual` and `expected` are the same value, as `Object.is` has it. */
export function assertStrictEquals<T>(actual: unknown, expected: T, msg?: string): asserts actual is T {
  if (Object.is(actual, expected)) return;
  const difference = messageOf(() => nodeAssert.equal(actual, expected));
  throw new AssertionError(`Values are not strictly equal${ending(msg)}\n${difference}`);
}

function isEqual(actual: unknown, expected: unknown): boolean {
  return isDeepStrictEqual(actual, expected) || isDeepStrictEqual(laxCopy(actual), laxCopy(expected));
}

function laxCopy(value: unknown, copies = new Map<object, object>()): unknown {
  if (value === 0) return 0; // also for -0
  if (typeof value !== "object" || value === null) return value;
  const known = copies.get(value);
  if (known) return known;
  const prototype = Object.getPrototypeOf(value);
  if (prototype !== null && prototype !== Object.prototype && prototype !== Array.prototype) return value;

  const copy: object = Array.isArray(value) ? new Array(value.length) : {};
  copies.set(value, copy);
  for (const key of Reflect.ownKeys(value)) {
    const property = Object.getOwnPropertyDescriptor(value, key)!;
    if (!property.enumerable) continue;
    Object.defineProperty(copy, key, {
      ...{ configurable: true, enumerable: true, writable: true },
      value: laxCopy(Reflect.get(value, key), copies),
    });
  }
  return copy;
}

function messageOf(assertion: () => void): string {
  try {
    assertion();
    return "";
  } catch (error) {
    return (error as Error).message;
  }
}
