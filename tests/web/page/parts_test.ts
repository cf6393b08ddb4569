// The parts of the page that need no browser.

import { assertEquals } from "@std/assert";
import { durationText, shortTimeText } from "../../../src/web/page/browser/dom/durations.ts";
import { areaPath, barPath, linePath, roundedUp } from "../../../src/web/page/browser/chart/plot_path.ts";
import { findItems } from "../../../src/web/page/browser/line/line_items.ts";
import { SeatLine } from "../../../src/web/page/browser/live/seat_line.ts";
import { parseRanks } from "../../../src/web/page/browser/seat/parse_ranks.ts";
import { sampleMember } from "../../support/web/page_samples.ts";

Deno.test("ranks are read as a person writes them", () => {
  const cases: [text: string, ranks: number[] | undefined][] = [
    ["2", [2]],
    ["5-7, 2", [2, 5, 6, 7]],
    ["7-", [7, 8, 9]],
    ["1 1,1", [1]],
    ["10", undefined],
    ["3-2", undefined],
    ["-2", undefined],
    ["web-1", undefined],
    ["1.5", undefined],
    ["0-999999999", undefined],
  ];
  for (const [text, ranks] of cases) assertEquals(parseRanks(text, 9), ranks, text);
});

Deno.test("times are as long as a person needs", () => {
  const cases: [ms: number, text: string][] = [
    [-5, "0 s"],
    [59_999, "59 s"],
    [60_000, "1 min"],
    [3_600_000, "1 h"],
    [3_660_000, "1 h 1 min"],
    [90_000_000, "1 d 1 h"],
  ];
  for (const [ms, text] of cases) assertEquals(durationText(ms), text);
  assertEquals([230.4, 1_234, 60_000].map(shortTimeText), ["230 ms", "1.2 s", "1 min"]);
});

Deno.test("a curve has a gap where the server did not run, and nothing older than the hour", () => {
  const size = { width: 100, height: 10, span: 100, max: 10 };
  const points = [[200, 1], [100, 0], [90, 5], [50, 10], [40, 20]].map(([age, value]) => ({
    age: age!,
    value: value!,
  }));
  assertEquals(linePath(points, size), "M0 10L10 5M50 0L60 0");
  assertEquals(areaPath(points, size), "M0 10L0 10L10 5L10 10ZM50 10L50 0L60 0L60 10Z");
  assertEquals(barPath(points, size), "M10 10V5M50 10V0M60 10V0");
  assertEquals([0, 1, 3, 14, 20, 21, 700].map(roundedUp), [1, 1, 5, 20, 20, 50, 1_000]);
});

Deno.test("the line stays in the order of tickets, whatever comes and goes", () => {
  const line = new SeatLine();
  const tickets = () => line.members.map(({ ticket }) => ticket);
  line.replace({ members: [sampleMember(3), sampleMember(1), sampleMember(2)] });
  assertEquals(tickets(), [1, 2, 3]);
  const change = line.apply({ joined: [sampleMember(9), sampleMember(7)], left: [1, 42], changed: [] });
  assertEquals(tickets(), [2, 3, 7, 9]);
  assertEquals([change.left.map(({ ticket }) => ticket), change.first?.ticket], [[1], 2]);
  line.apply({ joined: [sampleMember(5)], left: [], changed: [sampleMember(3, { name: "new" })] });
  assertEquals([tickets(), line.at(1)?.name, line.rankOf(9), line.rankOf(1)], [
    [2, 3, 5, 7, 9],
    "new",
    4,
    undefined,
  ]);
});

Deno.test("a node of the cluster is searched for by its name", () => {
  const members = [sampleMember(1, { node: "n1" }), sampleMember(2, { node: "n2" }), sampleMember(3)];
  const nodeName = (id: string) => id === "n2" ? "berlin" : "paris";
  const found = findItems({ members, waiting: [], search: " BERLIN ", nodeName });
  assertEquals([found.matches, found.items.map(({ key }) => key)], [1, ["seat-2"]]);
});
