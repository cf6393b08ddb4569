// How much of JSON there is in a line, known before it is parsed.

import { assertEquals } from "@std/assert";
import fc from "fast-check";
import { hasMoreParts } from "../../../src/protocol/wire/json_depth.ts";
import { holds } from "../../support/seed.ts";

Deno.test("objects, arrays and members are counted outside of strings", () => {
  assertEquals([hasMoreParts("[[],[],{}]", 4), hasMoreParts("[[],[],{}]", 3)], [false, true]);
  assertEquals([hasMoreParts('{"a":1,"a":1}', 3), hasMoreParts('{"a":1,"a":1}', 2)], [false, true]);
  assertEquals(hasMoreParts(`["${"{[:".repeat(50)}\\"${"{[:".repeat(50)}"]`, 1), false, "in a string");
  assertEquals(hasMoreParts(`["\\\\",${"[],".repeat(50)}0]`, 50), true, "a backslash that ends a string");
  assertEquals(hasMoreParts(`[${"1,".repeat(50)}"a","b"]`, 1), false, "a list");
});

Deno.test("the parts are those of what JSON.parse makes of a text", () => {
  const partsOf = (value: unknown): number => {
    if (typeof value !== "object" || value === null) return 0;
    const within = Object.values(value).reduce<number>((sum, item) => sum + partsOf(item), 0);
    return 1 + within + (Array.isArray(value) ? 0 : Object.keys(value).length);
  };
  holds(fc.property(fc.json({ maxDepth: 4 }), fc.integer({ min: 1, max: 20 }), (text, limit) => {
    assertEquals(hasMoreParts(text, limit), partsOf(JSON.parse(text)) > limit, text);
  }));
});
