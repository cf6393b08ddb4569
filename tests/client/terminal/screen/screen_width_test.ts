import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import {
  clipText,
  packParts,
  padText,
  textWidth,
  wrapText,
} from "../../../../src/client/terminal/screen/screen_width.ts";
import { holds } from "../../../support/seed.ts";

const text = fc.string({ unit: "grapheme", maxLength: 60 });

Deno.test("width: wide characters and pictures take two columns, marks and joiners none", () => {
  const widths: [string, number][] = [
    ["", 0],
    ["plain", 5],
    ["é", 1],
    ["e\u0301", 1],
    ["日本語", 6],
    ["한국", 4],
    ["ﾊﾝｶｸ", 4],
    ["Ａ１", 4],
    ["👍🏽", 2],
    ["👨‍👩‍👧", 2],
    ["🇩🇪", 2],
    ["❤️", 2],
    ["─│…✓●", 5],
    ["\u200d", 0],
  ];
  for (const [characters, width] of widths) assertEquals(textWidth(characters), width, characters);
});

Deno.test("width: wrapping loses nothing and no row is too wide", () => {
  holds(fc.property(text, fc.integer({ min: 2, max: 30 }), (line, width) => {
    const rows = wrapText(line, width);
    assertEquals(rows.join(""), line);
    for (const row of rows) assert(textWidth(row) <= width);
  }));
});

Deno.test("width: clipping never takes more than the width, and tells that it cut", () => {
  holds(fc.property(text, fc.integer({ min: 1, max: 30 }), (line, width) => {
    const clipped = clipText(line, width);
    assert(textWidth(clipped) <= width);
    assert(clipped === line || clipped.endsWith("…"));
  }));
});

Deno.test("width: padding fills up columns, not code units", () => {
  assertEquals(padText("日本", 6), "日本  ");
  assertEquals(padText("longer", 3), "longer");
});

Deno.test("width: parts are packed in order and none is broken", () => {
  assertEquals(packParts(["aa", "bb", "cc", "a long one", "d"], 1, 6), [
    ["aa", "bb"],
    ["cc"],
    ["a long one"],
    ["d"],
  ]);
});
