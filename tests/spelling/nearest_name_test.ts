// Suggestions for misspelt names.

import { assertEquals } from "@std/assert";
import fc from "fast-check";
import { findNearestName } from "../../src/spelling/nearest_name.ts";
import { holds } from "../support/seed.ts";

Deno.test("a name is suggested only where it could be the one that was meant", () => {
  const known = ["host", "port", "max_clients"];
  assertEquals(findNearestName("prot", known), "port");
  assertEquals(findNearestName("po", ["xy"]), undefined);
  assertEquals(findNearestName("maxclients", known), "max_clients");
  assertEquals(findNearestName("PORT", known), "port");
  assertEquals(findNearestName("zzz", known), undefined);
  assertEquals(findNearestName("x".repeat(100_000), ["x".repeat(100_000)]), undefined);
});

Deno.test("of many names, the few that begin and end most like the written one are compared", () => {
  const known = Array.from(
    { length: 1_000 },
    (_, i) => `c${String(i).padStart(4, "0")}-${"abc".repeat(19)}x`,
  );
  const written = known[777]!.replace("bcab", "bab");
  assertEquals(findNearestName(written, known), known[777]);
  assertEquals(findNearestName(known[777]!.toUpperCase(), known), known[777]);
  // `toLowerCase` is called once for each name that is compared, and for the written one.
  const { toLowerCase } = String.prototype;
  let calls = 0;
  String.prototype.toLowerCase = function () {
    calls++;
    return toLowerCase.call(this);
  };
  try {
    findNearestName(written, known);
  } finally {
    String.prototype.toLowerCase = toLowerCase;
  }
  assertEquals(calls, 9);
});

Deno.test("names longer than any command, and more than a few edits, are no misspelling", () => {
  assertEquals(findNearestName("a".repeat(65), ["a".repeat(64)]), undefined);
  const long = "a".repeat(64);
  assertEquals(findNearestName(`${"b".repeat(6)}${long.slice(6)}`, [long]), long);
  assertEquals(findNearestName(`${"b".repeat(7)}${long.slice(7)}`, [long]), undefined);
});

/** Edits of any text into any other, by the definition. */
function distance(a: string, b: string): number {
  if (a === "" || b === "") return a.length + b.length;
  if (a[0] === b[0]) return distance(a.slice(1), b.slice(1));
  return 1 + Math.min(distance(a.slice(1), b), distance(a, b.slice(1)), distance(a.slice(1), b.slice(1)));
}

Deno.test("the suggestion is a name with the fewest edits", () => {
  const text = fc.string({ unit: fc.constantFrom("a", "b", "c"), maxLength: 7 });
  holds(fc.property(text, fc.array(text, { maxLength: 6 }), (written, known) => {
    const most = Math.min(written.length - 1, Math.max(2, Math.floor(written.length / 3)));
    const least = Math.min(...known.map((name) => distance(written, name)));
    const nearest = findNearestName(written, known);
    if (least > most) assertEquals(nearest, undefined);
    else assertEquals(distance(written, nearest!), least);
  }));
});
