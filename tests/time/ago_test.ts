// Times as people read them.

import { assertEquals } from "@std/assert";
import { agoText, agoTextOf, durationText } from "../../src/time/ago.ts";

Deno.test("a time is so long ago, in one unit, rounded down", () => {
  for (
    const [ms, text] of [
      [-5_000, "just now"],
      [999, "just now"],
      [1_000, "1 s ago"],
      [59_999, "59 s ago"],
      [60_000, "1 min ago"],
      [3 * 60_000 + 59_999, "3 min ago"],
      [3_600_000, "1 h ago"],
      [86_399_999, "23 h ago"],
      [40 * 86_400_000, "40 d ago"],
    ] as const
  ) assertEquals(agoText(ms), text);
  assertEquals(durationText(-1), "0 s");
  assertEquals(durationText(90_000), "1 min");
});

Deno.test("a time of the protocol is one of those, and text that is no time is not repeated", () => {
  const now = Date.UTC(2026, 0, 31, 12);
  assertEquals(agoTextOf("2026-01-31T11:57:00.000Z", now), "3 min ago");
  assertEquals(agoTextOf("2026-01-31T12:00:09.000Z", now), "just now");
  for (const strange of ["", "now", "\x1b[2J"]) assertEquals(agoTextOf(strange, now), "at an unknown time");
});
