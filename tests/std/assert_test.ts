// What this project relies on in `@std/assert`; it must hold on the original as well.

import {
  assert,
  assertAlmostEquals,
  assertEquals,
  assertExists,
  assertGreater,
  assertGreaterOrEqual,
  assertInstanceOf,
  AssertionError,
  assertLess,
  assertLessOrEqual,
  assertMatch,
  assertNotEquals,
  assertRejects,
  assertStrictEquals,
  assertStringIncludes,
  assertThrows,
  fail,
} from "@std/assert";

class Seat {
  readonly name = "seat";
  readonly #rank: number;
  constructor(rank: number) {
    this.#rank = rank;
  }
  get rank(): number {
    return this.#rank;
  }
}

const FULL = new Error("full");

const ALIKE: [what: string, actual: unknown, expected: unknown][] = [
  ["nested data", { a: [1, { b: "x" }] }, { a: [1, { b: "x" }] }],
  ["not a number", NaN, NaN],
  ["both zeros", { n: -0 }, { n: 0 }],
  ["an object without a prototype", Object.create(null), {}],
  ["bytes", new Uint8Array([1, 2]), new Uint8Array([1, 2])],
  ["dates", new Date(5), new Date(5)],
  ["maps in another order", new Map([["a", 1], ["b", 2]]), new Map([["b", 2], ["a", 1]])],
  ["sets", new Set([1, 2]), new Set([2, 1])],
  ["both zeros in a map", new Map([["a", { n: -0 }]]), new Map([["a", { n: 0 }]])],
  ["sets of objects", new Set([{ a: 1 }]), new Set([{ a: 1 }])],
  ["addresses", new URL("tcp://a:1"), new URL("tcp://a:1")],
  ["two objects of a class", new Seat(1), new Seat(1)],
  ["one error", FULL, FULL],
  ["data that contains itself", loop(), loop()],
];

for (const [what, actual, expected] of ALIKE) {
  Deno.test(`assertEquals takes ${what} as equal, assertNotEquals does not`, () => {
    assertEquals(actual, expected);
    assertThrows(() => assertNotEquals(actual, expected), AssertionError);
  });
}

const DIFFERENT: [what: string, actual: unknown, expected: unknown][] = [
  ["a number and its text", 1, "1"],
  ["null and undefined", null, undefined],
  ["a missing and an undefined property", {}, { a: undefined }],
  ["an array and an object", [], {}],
  ["another order", [1, 2], [2, 1]],
  ["another class", new Map(), new Set()],
  ["an object of a class and its data", new Seat(1), { name: "seat" }],
  ["what an accessor tells", new Seat(1), new Seat(2)],
  ["a hole and an undefined item", new Array(1), [undefined]],
  ["two errors made in two places", FULL, new Error("full")],
  ["errors of another message", new Error("full"), new Error("empty")],
  ["symbols as keys", { [Symbol.for("a")]: 1 }, {}],
];

for (const [what, actual, expected] of DIFFERENT) {
  Deno.test(`assertNotEquals takes ${what} as different, assertEquals does not`, () => {
    assertNotEquals(actual, expected);
    assertThrows(() => assertEquals(actual, expected), AssertionError, "Values are not equal.");
  });
}

Deno.test("assertEquals says the caller's message and the difference", () => {
  const error = assertThrows(() => assertEquals({ rank: 1 }, { rank: 2 }, "the rank"), AssertionError);
  assertStringIncludes(error.message, "Values are not equal: the rank\n");
  assertMatch(error.message, /rank: 1[^]*rank: 2/);
});

Deno.test("assertStrictEquals wants the same object", () => {
  const object = {};
  assertStrictEquals(object, object);
  assertThrows(() => assertStrictEquals({}, object), AssertionError, "Values have the same structure but");
  assertThrows(() => assertStrictEquals([], object), AssertionError, "Values are not strictly equal");
});

Deno.test("assertThrows gives the error and checks class and message", () => {
  const error = new RangeError("too far away");
  const throwing = () => {
    throw error;
  };
  assertStrictEquals(assertThrows(throwing), error);
  assertStrictEquals(assertThrows(throwing, RangeError, "far"), error);
  assertStrictEquals(assertThrows(throwing, Error), error);
  assertThrows(() => assertThrows(throwing, TypeError), AssertionError, 'but was "RangeError"');
  assertThrows(() => assertThrows(throwing, RangeError, "near"), AssertionError, 'include "near"');
  assertThrows(() => assertThrows(() => {}), AssertionError, "Expected function to throw.");
  assertThrows(() => assertThrows(() => {}, "why"), AssertionError, "Expected function to throw: why");
});

Deno.test("assertThrows takes anything thrown unless a class is asked for", () => {
  const throwing = () => {
    throw "text";
  };
  assertEquals(assertThrows(throwing), "text");
  assertThrows(() => assertThrows(throwing, Error), AssertionError, "A non-Error object was thrown");
});

Deno.test("assertRejects gives the error and checks class and message", async () => {
  const error = new RangeError("too far away");
  const rejecting = () => Promise.reject(error);
  assertStrictEquals(await assertRejects(rejecting), error);
  assertStrictEquals(await assertRejects(rejecting, RangeError, "far"), error);
  await assertRejects(() => assertRejects(rejecting, TypeError), AssertionError, 'but was "RangeError"');
  await assertRejects(() => assertRejects(rejecting, RangeError, "near"), AssertionError, 'include "near"');
  const resolving = () => Promise.resolve();
  await assertRejects(() => assertRejects(resolving), AssertionError, "Expected function to reject");
});

Deno.test("assertRejects does not take an error that is thrown at once", async () => {
  const throwing = () => {
    throw new RangeError("at once");
  };
  await assertRejects(
    () => assertRejects(throwing),
    AssertionError,
    "Function throws when expected to reject",
  );
});

Deno.test("assert wants a truthy value and carries the caller's message", () => {
  assert("x");
  const error = assertThrows(() => assert(0, "nothing"), AssertionError);
  assertEquals([error.name, error.message], ["AssertionError", "nothing"]);
});

Deno.test("assertExists refuses null and undefined alone", () => {
  for (const value of [0, "", false, NaN]) assertExists(value);
  for (const value of [null, undefined]) assertThrows(() => assertExists(value), AssertionError);
});

Deno.test("assertInstanceOf takes derived classes", () => {
  assertInstanceOf(new RangeError(), Error);
  assertThrows(() => assertInstanceOf(null, Error), AssertionError, 'instance of "Error" but was "null"');
});

Deno.test("assertMatch and assertStringIncludes look inside the text", () => {
  assertMatch("rank 3", /\d$/);
  assertThrows(() => assertMatch("rank", /\d$/), AssertionError, "to match");
  assertStringIncludes("rank 3", "k 3");
  assertThrows(() => assertStringIncludes("rank", "k 3"), AssertionError, "to contain");
});

Deno.test("the order of two values is asserted with and without equality", () => {
  assertGreater(2, 1);
  assertGreaterOrEqual(2, 2);
  assertLess(1, 2);
  assertLessOrEqual(2, 2);
  assertThrows(() => assertGreater(2, 2), AssertionError);
  assertThrows(() => assertGreaterOrEqual(1, 2), AssertionError);
  assertThrows(() => assertLess(2, 2), AssertionError);
  assertThrows(() => assertLessOrEqual(2, 1), AssertionError);
});

Deno.test("assertAlmostEquals forgives the last digits, or what the tolerance says", () => {
  assertAlmostEquals(0.1 + 0.2, 0.3);
  assertAlmostEquals(10, 11, 1);
  assertThrows(() => assertAlmostEquals(1, 1.1), AssertionError, "to be close to");
  assertThrows(() => assertAlmostEquals(10, 12, 1), AssertionError);
});

Deno.test("fail fails", () => {
  assertThrows(() => fail("never"), AssertionError, "Failed assertion: never");
});

function loop(): unknown {
  const self: Record<string, unknown> = { name: "loop" };
  self.self = self;
  return self;
}
