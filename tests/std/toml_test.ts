// What this project relies on in `@std/toml`, which is single values; it must hold on the original as well. The outline
// of a document is read in src/config: what the original makes of that is in original_toml.ts.

import { assertEquals, assertThrows } from "@std/assert";
import { parse } from "@std/toml";

function valueOf(text: string): unknown {
  return parse(`value = ${text}`).value;
}

Deno.test("numbers in every form are numbers", () => {
  for (
    const [text, number] of [
      ["6001", 6001],
      ["+65_536", 65_536],
      ["-3", -3],
      ["0xfF", 255],
      ["0o17", 15],
      ["0b1_0", 2],
      ["0.5", 0.5],
      ["-1.5E+3", -1500],
      ["-inf", -Infinity],
      ["nan", NaN],
    ] as const
  ) assertEquals(valueOf(text), number, text);
});

Deno.test("a number beyond the safe integers is still a number", () => {
  assertEquals(valueOf("9_007_199_254_740_993"), 9_007_199_254_740_992);
  assertEquals(valueOf("0xffffffffffffffffff"), 2 ** 72);
  assertEquals(valueOf("1e400"), Infinity);
});

Deno.test("true and false are booleans", () => {
  assertEquals([valueOf("true"), valueOf("false")], [true, false]);
});

Deno.test("a basic string on one line has its escapes decoded", () => {
  assertEquals(valueOf(String.raw`"\b\t\n\f\r\"\\\u00e9\u0000"`), '\b\t\n\f\r"\\\u00e9\0');
  assertEquals(valueOf('"\u{1f600} = [#] \u2028\t"'), "\u{1f600} = [#] \u2028\t");
  assertEquals(valueOf('""'), "");
});

Deno.test("what is no value is a SyntaxError", () => {
  for (const text of ["", "web-1", '"open', '"\\q"']) assertThrows(() => valueOf(text), SyntaxError);
});
