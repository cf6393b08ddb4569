// A file that is not UTF-8 is refused where it begins to be something else.

import { assertEquals } from "@std/assert";
import { decodeText } from "../../../src/cli/shared/decode_text.ts";

const utf8 = new TextEncoder();

function bytesOf(...parts: readonly (string | number)[]): Uint8Array {
  return Uint8Array.from(parts.flatMap((part) => typeof part === "string" ? [...utf8.encode(part)] : [part]));
}

/** "line:column reason"; "" for UTF-8. */
function faultOf(bytes: Uint8Array): string {
  const { fault } = decodeText(bytes);
  return fault === undefined ? "" : `${fault.line}:${fault.column} ${fault.reason}`;
}

Deno.test("a byte that is not UTF-8 is reported with its line and column, wherever it is", () => {
  for (
    const [bytes, place] of [
      [bytesOf("caf", 0xe9), "1:4 is not UTF-8: it has the byte 0xe9"],
      [bytesOf('a = 1\nb = "caf', 0xe9, '"\nc = 3\n'), "2:9 is not UTF-8: it has the byte 0xe9"],
      [bytesOf("\uFEFFü😀", 0xff, "x"), "1:3 is not UTF-8: it has the byte 0xff"],
      [bytesOf("\uFFFD\n", 0x80), "2:1 is not UTF-8: it has the byte 0x80"],
      // A character that is cut off, a surrogate, an overlong form, and one above the last.
      [bytesOf("ab", 0xf0, 0x9f, 0x98), "1:3 is not UTF-8: it has the byte 0xf0"],
      [bytesOf("ab", 0xf0, 0x9f, "c"), "1:3 is not UTF-8: it has the byte 0xf0"],
      [bytesOf("ab", 0xed, 0xa0, 0x80), "1:3 is not UTF-8: it has the byte 0xed"],
      [bytesOf("\n\n", 0xc0, 0xaf), "3:1 is not UTF-8: it has the byte 0xc0"],
      [bytesOf(0xf4, 0x90, 0x80, 0x80), "1:1 is not UTF-8: it has the byte 0xf4"],
    ] as const
  ) assertEquals(faultOf(bytes), place);
});

Deno.test("the place is the same however much is before and after it", () => {
  for (const before of [0, 1, 1_000, 65_535, 65_536, 100_000]) {
    const bytes = bytesOf("ü".repeat(before), "\n", "x".repeat(before), 0xe9, "y".repeat(before));
    assertEquals(faultOf(bytes), `2:${before + 1} is not UTF-8: it has the byte 0xe9`);
  }
});

Deno.test("UTF-16 and UTF-32 are identified by name, with a byte order mark and without", () => {
  const wide = (text: string, size: 2 | 4, isLittle: boolean) =>
    Uint8Array.from([...text].flatMap((letter) => {
      const bytes = Array.from({ length: size }, (_, index) => letter.charCodeAt(0) >> (8 * index) & 0xff);
      return isLittle ? bytes : bytes.reverse();
    }));
  for (const text of ["\uFEFFport = 1\n", "port = 1\n"]) {
    assertEquals(faultOf(wide(text, 2, true)), "1:1 is UTF-16 (little-endian) and not UTF-8");
    assertEquals(faultOf(wide(text, 2, false)), "1:1 is UTF-16 (big-endian) and not UTF-8");
    for (const isLittle of [true, false]) {
      assertEquals(faultOf(wide(text, 4, isLittle)), "1:1 is UTF-32 and not UTF-8");
    }
  }
});

Deno.test("a text that is UTF-8 is returned as it is, with its byte order mark", () => {
  for (const text of ["", "a", "\uFEFF", "\uFEFF\uFEFFport", "\uFFFD", "naïve 😀 \0", "\u{10FFFF}"]) {
    assertEquals(decodeText(utf8.encode(text)), { text, fault: undefined });
  }
});
