// Equality, decided and drawn by `node:assert/strict` on copies that have what the original compares.

import nodeAssert from "node:assert/strict";
import { inspect, isDeepStrictEqual } from "node:util";
import { AssertionError, ending } from "./assertion_error.ts";

/** `actual` and `expected` have the same structure and the same values. */
export function assertEquals<T>(actual: T, expected: T, msg?: string): void {
  if (isEqual(actual, expected)) return;
  const difference = messageOf(() => nodeAssert.deepEqual(comparable(actual), comparable(expected)));
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
  const shown = inspect(actual);
  if (shown === inspect(expected)) {
    throw new AssertionError(
      `Values have the same structure but are not reference-equal${ending(msg)}\n\n${shown}\n`,
    );
  }
  const difference = messageOf(() => nodeAssert.equal(actual, expected));
  throw new AssertionError(`Values are not strictly equal${ending(msg)}\n${difference}`);
}

function isEqual(actual: unknown, expected: unknown): boolean {
  return Object.is(actual, expected) || isDeepStrictEqual(comparable(actual), comparable(expected));
}

/**
 * 0 equals -0, and an object without a prototype an ordinary one. Of an object of a class, its accessors count and what
 * is not enumerable, such as the message and the stack of an error.
 */
function comparable(value: unknown, copies = new Map<object, unknown>()): unknown {
  if (value === 0) return 0; // also for -0
  if (typeof value !== "object" || value === null || isComparedAsItIs(value)) return value;
  if (copies.has(value)) return copies.get(value);
  const copyOf = (part: unknown) => comparable(part, copies);
  if (value instanceof Map) {
    const copy = new Map();
    copies.set(value, copy);
    for (const [key, part] of value) copy.set(copyOf(key), copyOf(part));
    return copy;
  }
  if (value instanceof Set) {
    const copy = new Set();
    copies.set(value, copy);
    for (const part of value) copy.add(copyOf(part));
    return copy;
  }
  const prototype = Object.getPrototypeOf(value) ?? Object.prototype;
  const copy = Array.isArray(value) ? new Array(value.length) : Object.create(prototype);
  copies.set(value, copy);
  for (const key of comparedKeys(value)) {
    const part = copyOf(Reflect.get(value, key));
    Object.defineProperty(copy, key, { configurable: true, enumerable: true, writable: true, value: part });
  }
  return copy;
}

/** These are more than their properties, and `isDeepStrictEqual` knows them. */
function isComparedAsItIs(value: object): boolean {
  const classes = [Date, RegExp, URL, URLSearchParams, ArrayBuffer, WeakRef];
  return ArrayBuffer.isView(value) || classes.some((one) => value instanceof one);
}

function comparedKeys(value: object): (string | symbol)[] {
  const isEnumerable = (key: string | symbol) => Object.prototype.propertyIsEnumerable.call(value, key);
  const plain = [null, Object.prototype, Array.prototype];
  if (plain.includes(Object.getPrototypeOf(value))) return Reflect.ownKeys(value).filter(isEnumerable);
  const keys: (string | symbol)[] = [];
  for (let from = value; !plain.includes(from); from = Object.getPrototypeOf(from)) {
    keys.push(...Reflect.ownKeys(from));
  }
  return keys;
}

function messageOf(assertion: () => void): string {
  try {
    assertion();
    return "";
  } catch (error) {
    return (error as Error).message;
  }
}
