import { assertEquals } from "@std/assert";
import { joinBytes } from "../../../src/protocol/wire/mod.ts";

Deno.test("chunks are joined in order, empty ones included", () => {
  const chunks = [[1, 2], [], [3], [4, 5, 6]].map((bytes) => Uint8Array.from(bytes));
  assertEquals(joinBytes(chunks), Uint8Array.of(1, 2, 3, 4, 5, 6));
  assertEquals(joinBytes([]), new Uint8Array());
});

Deno.test("a single chunk is copied too", () => {
  const chunk = Uint8Array.of(1, 2);
  const joined = joinBytes([chunk]);
  chunk[0] = 9;
  assertEquals(joined, Uint8Array.of(1, 2));
});
