import { assertEquals, assertLessOrEqual } from "@std/assert";
import { truncateToJsonBytes } from "../../../src/server/runs/truncate.ts";

Deno.test("a text is cut to what it takes within a JSON string, never within a character", () => {
  assertEquals(truncateToJsonBytes("abc", 3), { text: "abc", bytes: 3, isCut: false });
  assertEquals(truncateToJsonBytes("abc", 2), { text: "ab", bytes: 2, isCut: true });
  assertEquals(truncateToJsonBytes("a\n\x01b", 8), { text: "a\n", bytes: 3, isCut: true });
  assertEquals(truncateToJsonBytes("ü😀x", 5), { text: "ü", bytes: 2, isCut: true });
  assertEquals(truncateToJsonBytes("ü😀x", 6), { text: "ü😀", bytes: 6, isCut: true });
  assertEquals(truncateToJsonBytes("x", 0), { text: "", bytes: 0, isCut: true });
  assertEquals(truncateToJsonBytes("", 0), { text: "", bytes: 0, isCut: false });
  assertEquals(truncateToJsonBytes(undefined, 0), { text: undefined, bytes: 0, isCut: false });
});

Deno.test("the bytes that a cut text is said to take are those that it takes", () => {
  const text = 'plain "quoted" \\ \n\x07\x1b ü€😀 \ud800 end';
  for (let limit = 0; limit < 80; limit++) {
    const { text: kept, bytes } = truncateToJsonBytes(text, limit);
    assertEquals(new TextEncoder().encode(JSON.stringify(kept)).length - 2, bytes);
    assertLessOrEqual(bytes, limit);
  }
});
