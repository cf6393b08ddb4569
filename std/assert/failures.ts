// Assertions that a function fails, and how. Both hand back what was thrown.

import { AssertionError, ending } from "./assertion_error.ts";

// deno-lint-ignore no-explicit-any -- any constructor is one, whatever it takes
type ErrorConstructor<E extends Error> = abstract new (...args: any[]) => E;

/** `fn` throws something. */
export function assertThrows(fn: () => unknown, msg?: string): unknown;
/** `fn` throws an `ErrorClass` whose message has `msgIncludes` in it. */
export function assertThrows<E extends Error = Error>(
  fn: () => unknown,
  ErrorClass: ErrorConstructor<E>,
  msgIncludes?: string,
  msg?: string,
): E;
export function assertThrows<E extends Error>(
  fn: () => unknown,
  classOrMsg?: ErrorConstructor<E> | string,
  msgIncludes?: string,
  msg?: string,
): unknown {
  const expected = expectation(classOrMsg, msgIncludes, msg);
  try {
    fn();
  } catch (error) {
    return checked(error, expected, "thrown");
  }
  throw new AssertionError(`Expected function to throw${ending(expected.msg)}`);
}

/** `fn` returns a promise that rejects. */
export function assertRejects(fn: () => PromiseLike<unknown>, msg?: string): Promise<unknown>;
/** `fn` returns a promise that rejects with an `ErrorClass` whose message has `msgIncludes` in it. */
export function assertRejects<E extends Error = Error>(
  fn: () => PromiseLike<unknown>,
  ErrorClass: ErrorConstructor<E>,
  msgIncludes?: string,
  msg?: string,
): Promise<E>;
export async function assertRejects<E extends Error>(
  fn: () => PromiseLike<unknown>,
  classOrMsg?: ErrorConstructor<E> | string,
  msgIncludes?: string,
  msg?: string,
): Promise<unknown> {
  const expected = expectation(classOrMsg, msgIncludes, msg);
  const promise = promiseOf(fn);
  if (!promise) throw new AssertionError(`Function throws when expected to reject${ending(expected.msg)}`);
  try {
    await promise;
  } catch (error) {
    return checked(error, expected, "rejected");
  }
  throw new AssertionError(`Expected function to reject${ending(expected.msg)}`);
}

interface Expectation {
  ErrorClass: ErrorConstructor<Error> | undefined;
  msgIncludes: string | undefined;
  msg: string | undefined;
}

function expectation(
  classOrMsg: ErrorConstructor<Error> | string | undefined,
  msgIncludes: string | undefined,
  msg: string | undefined,
): Expectation {
  return typeof classOrMsg === "string"
    ? { ErrorClass: undefined, msgIncludes: undefined, msg: classOrMsg }
    : { ErrorClass: classOrMsg, msgIncludes, msg };
}

/** The promise that `fn` returns; undefined if it throws synchronously or returns something else. */
function promiseOf(fn: () => PromiseLike<unknown>): PromiseLike<unknown> | undefined {
  try {
    const returned: unknown = fn();
    const isPromise = typeof returned === "object" && returned !== null && "then" in returned;
    return isPromise ? returned as PromiseLike<unknown> : undefined;
  } catch {
    return undefined;
  }
}

function checked(
  error: unknown,
  { ErrorClass, msgIncludes, msg }: Expectation,
  how: "thrown" | "rejected",
): unknown {
  if (!ErrorClass) return error;
  if (!(error instanceof Error)) {
    throw new AssertionError(`A non-Error object was ${how}${ending(msg)}`, { cause: error });
  }
  const className = error.constructor.name;
  if (!(error instanceof ErrorClass)) {
    throw new AssertionError(
      `Expected error to be instance of "${ErrorClass.name}", but was "${className}"${ending(msg)}`,
      { cause: error },
    );
  }
  if (msgIncludes && !error.message.includes(msgIncludes)) {
    throw new AssertionError(
      `Expected error message to include ${JSON.stringify(msgIncludes)}, but got ${
        JSON.stringify(error.message)
      }${ending(msg)}`,
      { cause: error },
    );
  }
  return error;
}
