import { assertEquals } from "@std/assert";
import fc from "fast-check";
import { byteLength, fitsBytes } from "../../src/words/utf8.ts";
import { holds } from "../support/seed.ts";

Deno.test("characters take one to four bytes, and half a surrogate pair those of its replacement", () => {
  for (
    const [text, bytes] of [["", 0], ["x", 1], ["é", 2], ["e\u0301", 3], ["日", 3], ["\ud83d", 3], [
      "\u{1f600}",
      4,
    ]] as const
  ) {
    assertEquals(byteLength(text), bytes, text);
  }
});

Deno.test("a text fits if it has at most that many bytes, by whichever shortcut that is found", () => {
  const text = fc.array(fc.constantFrom("x", "é", "日", "\u{1f600}", "\ud83d", "e\u0301"), { maxLength: 12 })
    .map((parts) => parts.join(""));
  holds(fc.property(text, fc.nat(40), (text, maxBytes) => {
    assertEquals(fitsBytes(text, maxBytes), new TextEncoder().encode(text).length <= maxBytes);
  }));
});
