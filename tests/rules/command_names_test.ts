import { assertEquals } from "@std/assert";
import { MAX_NAME_BYTES, normalizeName } from "../../src/rules/command_names.ts";

Deno.test("a name is composed, with single spaces inside and none around it", () => {
  assertEquals(normalizeName("\u00a0re\u0301gie \u2003 1\n"), "r\u00e9gie 1");
  assertEquals(normalizeName("x".repeat(MAX_NAME_BYTES)), "x".repeat(MAX_NAME_BYTES));
});

Deno.test("a text that is too long to be a name is not composed", () => {
  assertEquals(normalizeName("x".repeat(MAX_NAME_BYTES + 1)), undefined);
  assertEquals(normalizeName("\u0301".repeat(MAX_NAME_BYTES / 2 + 1)), undefined);
  // Composing this would take hours.
  assertEquals(normalizeName("\u0301".repeat(5_000_000) + "\u0327".repeat(5_000_000)), undefined);
});
