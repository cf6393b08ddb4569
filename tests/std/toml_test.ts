// What this project relies on in `@std/toml`; it must hold on the original as well.

import { assertEquals, assertInstanceOf, assertMatch, assertStrictEquals, assertThrows } from "@std/assert";
import { parse } from "@std/toml";

Deno.test("tables, arrays of tables, dotted keys and inline tables become plain objects and arrays", () => {
  const document = parse(`
    port = 6001
    commands = ["ping", "uptime"]
    limits.line_bytes = 65_536
    [session]
    ratio = 0.5
    inline = { on = true }
    [[peer]]
    name = "a"
    [[peer]]
    name = 'b'
  `);
  assertEquals(document, {
    port: 6001,
    commands: ["ping", "uptime"],
    limits: { line_bytes: 65536 },
    session: { ratio: 0.5, inline: { on: true } },
    peer: [{ name: "a" }, { name: "b" }],
  });
});

Deno.test("the objects have the ordinary prototype", () => {
  const { table } = parse("[table]");
  assertStrictEquals(Object.getPrototypeOf(table), Object.prototype);
  assertStrictEquals(Object.getPrototypeOf(parse("")), Object.prototype);
});

Deno.test("a number beyond the safe integers is still a number", () => {
  assertEquals(parse("big = 9_007_199_254_740_993").big, 9_007_199_254_740_992);
});

Deno.test("infinity and nan are numbers", () => {
  assertEquals(parse("a = -inf\nb = nan"), { a: -Infinity, b: NaN });
});

Deno.test("a point in time is a Date and a time of day is text", () => {
  const { at, time } = parse("at = 1979-05-27T00:32:00-07:00\ntime = 07:32:00");
  assertInstanceOf(at, Date);
  assertEquals([at.toISOString(), time], ["1979-05-27T07:32:00.000Z", "07:32:00"]);
});

Deno.test("a document that is no TOML is a SyntaxError that names line and column", () => {
  const error = assertThrows(() => parse('port = 6001\nhost = "'), SyntaxError);
  assertMatch(error.message, /^Parse error on line 2, column \d+: \S/);
});

Deno.test("a key that is given twice is a SyntaxError", () => {
  assertThrows(() => parse("port = 1\nport = 2"), SyntaxError, "Parse error on line ");
});
