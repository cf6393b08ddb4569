// The front door of the stand-in for `@std/assert`: only what this project imports from the original.

export { AssertionError } from "./assertion_error.ts";
export { assertEquals, assertNotEquals, assertStrictEquals } from "./equality.ts";
export { assertRejects, assertThrows } from "./failures.ts";
export {
  assertAlmostEquals,
  assertGreater,
  assertGreaterOrEqual,
  assertLess,
  assertLessOrEqual,
} from "./numbers.ts";
export { assert, assertExists, assertInstanceOf, assertMatch, assertStringIncludes, fail } from "./values.ts";
