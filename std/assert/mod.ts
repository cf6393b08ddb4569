// A local replacement for `@std/assert`, with only the exports that this project uses.

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
