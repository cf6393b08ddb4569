import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import { isVisible, quoted, visible, visibleJson } from "../../src/words/visible_text.ts";
import { acts } from "../support/acting_text.ts";
import { holds } from "../support/seed.ts";

const texts = fc.array(
  fc.oneof(
    fc.string({ unit: "binary", maxLength: 3 }),
    fc.constantFrom(
      "a",
      "ä€\u{1f600}",
      "\u001b[31m",
      "\u009b2J",
      "\n",
      "\r",
      "\t",
      "\0",
      "\u202e",
      "\ud83d",
      "\ude00",
    ),
    fc.integer({ min: 0, max: 0xffff }).map((code) => String.fromCharCode(code)),
  ),
  { maxLength: 20, size: "max" },
).map((parts) => parts.join(""));

Deno.test("the result is always visible, and making it visible again changes nothing", () => {
  holds(
    fc.property(texts, fc.oneof(fc.nat(30), fc.constant(Infinity)), (text, maxLength) => {
      const shown = visible(text, maxLength);
      assert(!acts(shown) && isVisible(shown), JSON.stringify(shown));
      assertEquals(visible(shown), shown);
    }),
    { numRuns: 5_000 },
  );
});

Deno.test("nothing that a terminal acts on comes out: no control, no change of direction, no line separator", () => {
  for (let code = 0; code <= 0x10ffff; code++) {
    const character = String.fromCodePoint(code);
    if (!/[\p{Cc}\p{Bidi_Control}\p{Zl}\p{Zp}\p{Cs}\ufeff]/u.test(character)) continue;
    assert(!isVisible(`a${character}b`), `U+${code.toString(16)} counts as visible`);
    assert(!visible(`a${character}b`).includes(character), `U+${code.toString(16)} comes out`);
  }
});

Deno.test("text of every other kind is left as it is", () => {
  for (
    const text of [
      "",
      "plain",
      "zażółć gęślą jaźń",
      "שלום",
      "مرحبا",
      "日本語",
      "\u{1f468}\u200d\u{1f469}",
      "e\u0301",
      "C:\\n",
    ]
  ) {
    assertEquals(visible(text), text);
    assert(isVisible(text));
  }
});

Deno.test("what is replaced is shown by its escape", () => {
  assertEquals(visible("a\nb\r\tc"), "a\\nb\\r\\tc");
  assertEquals(visible("\u001b[2J\u0007\u007f\u009b"), "\\x1b[2J\\x07\\x7f\\x9b");
  assertEquals(visible("\u202egpj.exe\u061c\u2028\ufeff"), "\\u202egpj.exe\\u061c\\u2028\\ufeff");
  assertEquals(visible("\ud800 \udc00"), "\\ud800 \\udc00");
});

Deno.test("a text over the length is cut, says so, and is not cut when it just fits", () => {
  assertEquals(visible("abc", 3), "abc");
  assertEquals(visible("abcd", 3), "abc…");
  assertEquals(visible("ab\u{1f600}", 3), "ab\\ud83d…");
  assertEquals(visible("", 0), "");
});

Deno.test("a quoted text is visible, and where it ends and what it was can be read off it", () => {
  assertEquals(quoted(""), "''");
  assertEquals(quoted("my db"), "'my db'");
  assertEquals(quoted("it's \\ \n"), String.raw`'it\'s \\ \n'`);
  for (let code = 0; code < 0x100; code++) {
    const character = String.fromCharCode(code);
    const escape = character === "'" || character === "\\" ? `\\${character}` : visible(character);
    assertEquals(quoted(`a${character}b`), `'a${escape}b'`);
  }
  holds(
    fc.property(texts, (text) => {
      const shown = quoted(text);
      assert(isVisible(shown) && /^'(?:[^'\\]|\\.)*'$/u.test(shown), shown);
      if (isVisible(text)) assertEquals(shown.slice(1, -1).replace(/\\(.)/gu, "$1"), text);
    }),
    { numRuns: 2_000 },
  );
});

Deno.test("JSON that is made visible has the same value, and is visible", () => {
  holds(
    fc.property(texts, (text) => {
      const shown = visibleJson(JSON.stringify({ [text]: text }));
      assert(isVisible(shown), shown);
      assertEquals(JSON.parse(shown), { [text]: text });
    }),
    { numRuns: 2_000 },
  );
});
