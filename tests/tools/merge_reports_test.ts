// Two reports of tests become one.

import { assertEquals, assertThrows } from "@std/assert";
import { mergeReports } from "../../tools/merge_reports.ts";

function report(...suites: readonly string[]): string {
  return `<?xml version="1.0" encoding="UTF-8"?>\n<testsuites name="deno test">\n${
    suites.map((name) => `    <testsuite name="${name}"/>\n`).join("")
  }</testsuites>\n`;
}

Deno.test("the suites of both reports are in one", () => {
  const merged = mergeReports(report("a", "b"), report("c"));
  assertEquals(merged.match(/<testsuite name="[^"]*"/g), [
    '<testsuite name="a"',
    '<testsuite name="b"',
    '<testsuite name="c"',
  ]);
  assertEquals(merged.match(/<\/testsuites>/g)?.length, 1);
});

Deno.test("what is no report is refused", () => {
  assertThrows(() => mergeReports(report("a"), "killed"), Error, "no test suites");
  assertThrows(() => mergeReports("", report("a")), Error, "no test suites");
});
