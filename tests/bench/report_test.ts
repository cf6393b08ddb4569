import { assert, assertEquals, assertMatch, assertStringIncludes, assertThrows } from "@std/assert";
import { drawGrowth } from "../../bench/report/growth_svg.ts";
import { logScale } from "../../bench/report/log_scale.ts";
import { insertMeasured, renderMarkdown } from "../../bench/report/markdown.ts";
import { GROUPS, GROWTH_GROUP } from "../../bench/rows/mod.ts";
import { ratios, summarize } from "../../bench/report/statistics.ts";
import type { FilledRow } from "../../bench/report/table.ts";

const row = (part: Partial<FilledRow>): FilledRow => ({
  group: "Pipelined",
  key: "pipelined-20",
  title: "deliveries, M = 20",
  unit: "/s",
  target: { of: "redis", atLeast: 2.5 },
  isMet: true,
  values: {
    rankserver: { median: 3e6, min: 2e6, max: 4e6 },
    redis: { median: 1e6, min: 1e6, max: 1e6 },
  },
  ratios: { redis: { median: 3, min: 2, max: 4 } },
  ...part,
});

Deno.test("a ratio is formed within a repetition, and a repetition without a partner has none", () => {
  assertEquals(ratios([1, 4, 9], [1, 2, undefined]), [1, 2, undefined]);
  assertEquals(summarize([undefined, 3, 1, 2, 10]), { median: 2.5, min: 1, max: 10 });
  assertEquals(summarize([undefined]), undefined);
});

Deno.test("the report has each median with its spread, the ratios with theirs, the target and whether it is met", () => {
  const text = renderMarkdown([row({}), row({ key: "memory", title: "memory", isMet: false })], [
    "rankserver",
    "redis",
  ], ["On this machine."]);
  assertMatch(text, /^On this machine\.\n\n\*\*1 of 2 targets are met\.\*\*\n/);
  assertMatch(
    text,
    /\| deliveries, M = 20 \| 3\.00 M\/s \(2\.00 M\/s - 4\.00 M\/s\) \| 1\.00 M\/s \| 3\.00 \(2\.00 - 4\.00\) \| >= 2\.5 redis \| met \|/,
  );
  assertMatch(text, /\| memory \|.*\| \*\*missed\*\* \|/);
});

Deno.test("every row of the benchmark has its place in the report, so that none is measured for nothing", () => {
  const rows = [...GROUPS, GROWTH_GROUP].flatMap(({ title, rows }) =>
    rows.map(({ key }) => row({ group: title, key, title: `<${key}>` }))
  );
  const text = renderMarkdown(rows, ["rankserver", "redis"], []);
  for (const { title } of rows) assertEquals(text.split(title).length, 2, `${title} is not there just once`);
});

Deno.test("the figures replace what was between the marks, and nothing else", () => {
  const marked = "before\n<!-- measured: begin -->\nold\n<!-- measured: end -->\nafter\n";
  const once = insertMeasured(marked, "new\n");
  assertEquals(
    once,
    "before\n<!-- measured: begin -->\n\nnew\n\n<!-- measured: end -->\nafter\n",
  );
  assertEquals(insertMeasured(once, "new"), once);
  assertThrows(() => insertMeasured("no marks", "new"), Error, "Cannot insert");
});

Deno.test("docs/performance.md has the marks that --markdown looks for", async () => {
  insertMeasured(await Deno.readTextFile(new URL("../../docs/performance.md", import.meta.url)), "");
});

Deno.test("a logarithmic axis gives every factor the same length and holds all values", () => {
  const axis = logScale([0.4, 20], 0, 100);
  assertEquals(axis.ticks.map(({ value }) => Math.round(value * 10) / 10), [0.3, 1, 3, 10, 30]);
  assertEquals([axis.at(0.3), axis.at(3), axis.at(30)], [0, 50, 100]);
  assertEquals(logScale([10, 10_000], 0, 300).at(1_000), 200);
  assert(logScale([0.001, 1_000], 0, 1).ticks.some(({ isLabelled }) => !isLabelled), "too many labels");
});

Deno.test("the drawing names each line at its end, and no two names lie on each other", () => {
  const clients = [10, 100, 1_000, 10_000];
  const value = (median: number) => ({ median, min: median * 0.9, max: median * 1.1 });
  const rows = clients.map((m) =>
    row({
      key: `growth-cpu-${m}`,
      values: { rankserver: value(0.2), redis: value(0.2), nats: value(0.21), raw: value(m / 1_000) },
    })
  );
  const svg = drawGrowth(rows);
  const names = [...svg.matchAll(/class="name (\w+)" x="\d+" y="([\d.]+)"/g)];
  assertEquals(names.map(([, peer]) => peer).sort(), ["nats", "rankserver", "raw", "redis"]);
  const places = names.map(([, , y]) => Number(y)).sort((a, b) => a - b);
  for (const [i, y] of places.entries()) if (i > 0) assert(y - places[i - 1]! >= 14, `names overlap at ${y}`);
  assert(!/NaN|undefined|Infinity/.test(svg), "a value is missing");
});

Deno.test("the summary of docs/performance.md agrees with its figures, and names the version that they are for", async () => {
  const page = await Deno.readTextFile(new URL("../../docs/performance.md", import.meta.url));
  const [, met, all] = /\*\*(\d+) of (\d+) targets are met\.\*\*/.exec(page)!;
  assertStringIncludes(page, `${met} of ${all} targets are met, ${Number(all) - Number(met)} are missed:`);
  const [, version] = /runtime of\s+the executable ([\d.]+)/.exec(page)!;
  assertStringIncludes(page, `**These figures are for Deno ${version}.**`);
  const summary = page.slice(page.indexOf("## Summary"), page.indexOf("## Measure it yourself"));
  const counts = [...summary.matchAll(/^\| [^|]+ \| +(\d+) \|/gm)].map(([, count]) => Number(count));
  assertEquals(counts.reduce((sum, count) => sum + count, 0), Number(all));
});
