import { assert, assertEquals, assertNotEquals } from "@std/assert";
import fc from "fast-check";
import { foldResults, isSuccess } from "../../../../src/protocol/results/mod.ts";
import { renderResultTable } from "../../../../src/client/terminal/screen/result_table.ts";
import { textWidth } from "../../../../src/client/terminal/screen/screen_width.ts";
import { acts } from "../../../support/acting_text.ts";
import { holds } from "../../../support/seed.ts";
import { anyResults, result, summaryOf } from "./results.ts";

const WIDE = { width: 80, colour: false };

Deno.test("table: more rows than a call takes arguments are rows all the same", () => {
  const results = Array.from({ length: 150_000 }, (_, rank) => result(rank, "lost", { reason: `r${rank}` }));
  assertEquals(renderResultTable(summaryOf(results), WIDE).length, results.length + 2);
});

Deno.test("table: equal outputs in one row, failures below, the counts last", () => {
  const summary = summaryOf([
    ...[1, 2, 3, 4, 7].map((rank) => result(rank, "ok", { stdout: `web-${rank} up 3 days\n` })),
    result(5, "ok", { stdout: "Filesystem  Use%\n/           93%\n" }),
    result(6, "failed", { code: 2, stdout: "trying\n", stderr: "disk full\ngiving up\n" }),
    result(8, "failed", { code: 137, signal: "SIGKILL" }),
    result(9, "refused", { reason: "restart is not in the list of programs" }),
    result(10, "timed_out", { reason: "no answer in 30 s" }),
    result(11, "lost"),
    result(12, "delivered"),
  ]);
  assertEquals(renderResultTable(summary, WIDE), [
    "  status           ranks      output",
    "  ok               1-4,7      {name} up 3 days",
    "  ok               5 web-5",
    "    Filesystem  Use%",
    "    /           93%",
    "  failed, exit 2   6 web-6",
    "    trying",
    "    stderr: disk full",
    "            giving up",
    "  failed, SIGKILL  8 web-8    (no output)",
    "  refused          9 web-9    restart is not in the list of programs",
    "  timed out        10 web-10  no answer in 30 s",
    "  lost             11 web-11  (no output)",
    "  delivered        12 web-12  (sent there, not executed)",
    "12 executors: 6 ok, 2 failed, 1 refused, 1 delivered, 1 timed out, 1 lost",
  ]);
});

Deno.test("table: outputs cannot drive the terminal, and tabs keep their columns", () => {
  const stdout = "\x1b[31mred\x07\rover\x1b]0;title\x07\na\tb\n";
  assertEquals(renderResultTable(summaryOf([result(1, "ok", { stdout })]), WIDE).slice(1, 4), [
    "  ok      1 web-1",
    "    \\x1b[31mred\\x07\\rover\\x1b]0;title\\x07",
    "    a       b",
  ]);
});

Deno.test("table: a long output is wrapped, never shortened", () => {
  const stdout = Array.from({ length: 50 }, (_, index) => `${index}:${"abcdefghij".repeat(20)}`).join("\n");
  const lines = renderResultTable(summaryOf([result(1, "ok", { stdout })]), WIDE);
  assertEquals(lines.slice(2, -1).map((line) => line.slice(4)).join(""), stdout.replaceAll("\n", ""));
});

Deno.test("table: an exit code or a signal too long for its column stands with the output", () => {
  const lines = renderResultTable(summaryOf([result(1, "failed", { code: Number.MAX_SAFE_INTEGER })]), WIDE);
  assert(lines.includes("    exit 9007199254740991"), lines.join("\n"));
});

Deno.test("table: ranks that do not fit into their column go on below it, each whole", () => {
  const ranks = Array.from({ length: 60 }, (_, index) => index * 2 + 1000);
  const lines = renderResultTable(summaryOf(ranks.map((rank) => result(rank, "ok", { stdout: "up" }))), WIDE);
  const shown = lines.slice(1, -1).map((line) => line.slice(10).split(" ")[0]).join("");
  assertEquals(shown.split(",").map(Number), ranks);
});

Deno.test("table: a run without executors is its count alone", () => {
  assertEquals(renderResultTable(summaryOf([]), WIDE), ["0 executors:"]);
});

Deno.test("table: a terminal too narrow for any table gets the narrowest one", () => {
  const summary = summaryOf([result(1, "ok", { stdout: "abcdefghij ".repeat(9) })]);
  const at = (width: number) => renderResultTable(summary, { width, colour: false });
  assertEquals(at(1), at(44));
  assertNotEquals(at(44), at(45));
});

Deno.test("table: coloured and plain differ in escapes alone", () => {
  holds(fc.property(anyResults, fc.integer({ min: 40, max: 120 }), (results, width) => {
    const summary = summaryOf(results);
    const coloured = renderResultTable(summary, { width, colour: true });
    // deno-lint-ignore no-control-regex
    const bare = coloured.map((line) => line.replace(/\x1b\[\d+m/g, "").trimEnd());
    assertEquals(bare, renderResultTable(summary, { width, colour: false }).map((line) => line.trimEnd()));
  }));
});

Deno.test("table: no row is wider than the terminal, and none can drive it", () => {
  holds(fc.property(anyResults, fc.integer({ min: 1, max: 200 }), (results, width) => {
    for (const line of renderResultTable(summaryOf(results), { width, colour: false })) {
      assert(textWidth(line) <= Math.max(44, width), `${textWidth(line)} columns: ${line}`);
      assert(!acts(line), JSON.stringify(line));
    }
  }));
});

Deno.test("table: every executor that went wrong is in it, with its status", () => {
  holds(fc.property(anyResults, (results) => {
    const lines = renderResultTable(summaryOf(results), { width: 400, colour: false });
    for (const group of foldResults(results).filter((one) => !isSuccess(one.status))) {
      for (const { rank } of group.executors) {
        const isShown = lines.some((line) =>
          line.startsWith(`  ${group.status.replace("_", " ")}`) && namesRank(line, rank)
        );
        assert(isShown, `rank ${rank} is not shown as ${group.status}:\n${lines.join("\n")}`);
      }
    }
  }));
});

/** Whether a row of the table is about the rank: alone with its name, or in its list of ranges. */
function namesRank(line: string, rank: number): boolean {
  const ranks = / {2}(\d[\d,-]*)(?: |$)/.exec(line)?.[1] ?? "";
  return ranks.split(",").some((part) => {
    const [first, last = first] = part.split("-").map(Number);
    return first! <= rank && rank <= last!;
  });
}
