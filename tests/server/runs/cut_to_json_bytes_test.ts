import { assertEquals, assertLessOrEqual } from "@std/assert";
import { cutToJsonBytes } from "../../../src/server/runs/cut_to_json_bytes.ts";

Deno.test("a text is cut to what it takes within a JSON string, never within a character", () => {
  assertEquals(cutToJsonBytes("abc", 3), { text: "abc", bytes: 3, isCut: false });
  assertEquals(cutToJsonBytes("abc", 2), { text: "ab", bytes: 2, isCut: true });
  assertEquals(cutToJsonBytes("a\n\x01b", 8), { text: "a\n", bytes: 3, isCut: true });
  assertEquals(cutToJsonBytes("ü😀x", 5), { text: "ü", bytes: 2, isCut: true });
  assertEquals(cutToJsonBytes("ü😀x", 6), { text: "ü😀", bytes: 6, isCut: true });
  assertEquals(cutToJsonBytes("x", 0), { text: "", bytes: 0, isCut: true });
  assertEquals(cutToJsonBytes("", 0), { text: "", bytes: 0, isCut: false });
  assertEquals(cutToJsonBytes(undefined, 0), { text: undefined, bytes: 0, isCut: false });
});

Deno.test("the bytes that a cut text is said to take are those that it takes", () => {
  const text = 'plain "quoted" \\ \n\x07\x1b ü€😀 \ud800 end';
  for (let limit = 0; limit < 80; limit++) {
    const { text: kept, bytes } = cutToJsonBytes(text, limit);
    assertEquals(new TextEncoder().encode(JSON.stringify(kept)).length - 2, bytes);
    assertLessOrEqual(bytes, limit);
  }
});
