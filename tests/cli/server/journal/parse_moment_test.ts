// Times and positions on the command line.

import { assertEquals } from "@std/assert";
import { parsePast, parsePosition } from "../../../../src/cli/server/journal/parse_moment.ts";

const NOW = Date.UTC(2026, 10, 27, 14, 30);

Deno.test("a time is a duration before now, or a time, in UTC by default", () => {
  const cases: [text: string, expected: string | undefined][] = [
    ["90s", "2026-11-27T14:28:30.000Z"],
    ["15min", "2026-11-27T14:15:00.000Z"],
    ["15m", "2026-11-27T14:15:00.000Z"],
    ["1h", "2026-11-27T13:30:00.000Z"],
    ["2d", "2026-11-25T14:30:00.000Z"],
    ["2026-11-27", "2026-11-27T00:00:00.000Z"],
    ["2026-11-27T14:03", "2026-11-27T14:03:00.000Z"],
    ["2026-11-27 14:03:02.5", "2026-11-27T14:03:02.500Z"],
    ["2026-11-27T14:03+02:00", "2026-11-27T12:03:00.000Z"],
    ["2026-02-30", undefined],
    ["2026-11-27T25:00", undefined],
    ["1w", undefined],
    ["h", undefined],
    ["-1h", undefined],
    ["1 h", undefined],
    ["yesterday", undefined],
    ["", undefined],
  ];
  for (const [text, expected] of cases) {
    const ms = parsePast(text, NOW);
    assertEquals(ms === undefined ? undefined : new Date(ms).toISOString(), expected, text);
  }
});

Deno.test("a position is a whole number", () => {
  assertEquals(parsePosition("0"), { position: 0 });
  assertEquals(parsePosition("1795804545854000"), { position: 1_795_804_545_854_000 });
  for (const text of ["", "-1", "1.5", "1e3", "99999999999999999", "9999999999999999"]) {
    assertEquals(parsePosition(text), undefined, text);
  }
});
