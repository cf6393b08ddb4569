import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import {
  foldResults,
  formatRanks,
  isSuccess,
  maskName,
  NAME_MARK,
} from "../../../src/protocol/results/mod.ts";
import { holds } from "../../support/seed.ts";
import { anyResults, result } from "../../client/terminal/screen/results.ts";

Deno.test("folding: equal answers become one group with the ranks that share them", () => {
  const groups = foldResults([
    result(3, "ok", { stdout: "up\n" }),
    result(1, "ok", { stdout: "up\n" }),
    result(2, "ok", { stdout: "down\n" }),
  ]);
  assertEquals(groups.map((group) => group.executors.map((executor) => executor.rank)), [[1, 3], [2]]);
});

Deno.test("folding: outputs that differ in their executor's own name alone are the same", () => {
  const groups = foldResults(
    [1, 2, 12].map((rank) => result(rank, "ok", { stdout: `web-${rank}.example: up\n` })),
  );
  assertEquals(groups.length, 1);
  assertEquals(groups[0]!.answer.stdout, "{name}.example: up\n");
});

Deno.test("folding: a single executor's output keeps its name", () => {
  assertEquals(foldResults([result(1, "ok", { stdout: "web-1: up" })])[0]!.answer.stdout, "web-1: up");
});

Deno.test("folding: failures fold with nothing but the same status, code, signal, reason and output", () => {
  const groups = foldResults([
    result(1, "failed", { code: 1, stderr: "no" }),
    result(2, "failed", { code: 1, stderr: "no" }),
    result(3, "failed", { code: 2, stderr: "no" }),
    result(4, "failed", { code: 1, stderr: "No" }),
    result(5, "failed", { code: 1, signal: "SIGKILL", stderr: "no" }),
    result(6, "lost"),
    result(7, "failed", { code: 1, stderr: "no: web-7" }),
    result(8, "failed", { code: 1, stderr: "no: web-8" }),
    result(9, "ok", { stdout: "no" }),
  ]);
  const ranks = groups.map((group) => group.executors.map((executor) => executor.rank));
  assertEquals(ranks, [[9], [1, 2], [3], [4], [5], [6], [7], [8]]);
});

Deno.test("failures with an empty output and without one are put together, and not changed", () => {
  const groups = foldResults([
    result(1, "lost", { reason: "gone from web-1" }),
    result(2, "lost", { reason: "gone from web-1", stderr: "" }),
  ]);
  assertEquals(groups.length, 1);
  assertEquals(groups[0]!.answer, { status: "lost", reason: "gone from web-1" });
});

Deno.test("folding never loses an executor, and puts together only what says the same", () => {
  holds(fc.property(anyResults, (results) => {
    const groups = foldResults(results);
    const folded = groups.flatMap((group) => group.executors.map((executor) => executor.rank));
    assertEquals(folded.toSorted((a, b) => a - b), results.map((one) => one.rank).toSorted((a, b) => a - b));
    const byRank = new Map(results.map((one) => [one.rank, one]));
    for (const { status, answer, executors } of groups) {
      for (const { rank, name } of executors) {
        const own = byRank.get(rank)!;
        assertEquals([own.status, own.code, own.signal, own.reason], [
          status,
          answer.code,
          answer.signal,
          answer.reason,
        ]);
        const isRaw = (own.stdout ?? "") === (answer.stdout ?? "") &&
          (own.stderr ?? "") === (answer.stderr ?? "");
        assert(isRaw || isSuccess(status), "a failure was changed or folded with another");
        assertEquals(maskName(own.stdout ?? "", name), maskName(answer.stdout ?? "", name));
        assertEquals(maskName(own.stderr ?? "", name), maskName(answer.stderr ?? "", name));
      }
    }
    const firstBad = groups.findIndex((group) => !isSuccess(group.status));
    assert(firstBad < 0 || groups.slice(firstBad).every((group) => !isSuccess(group.status)));
  }));
});

Deno.test("masking takes whole words, any name, and leaves a text alone that has the mark already", () => {
  assertEquals(
    maskName("web-1 web-12 xweb-1 web-1.example (web-1)", "web-1"),
    "{name} web-12 xweb-1 {name}.example ({name})",
  );
  assertEquals(maskName("10.0.0.1:80 and 10a0b0c1:80", "10.0.0.1:80"), "{name} and 10a0b0c1:80");
  assertEquals(maskName("a b", "a"), "a b");
  assertEquals(maskName(`${NAME_MARK} web-1`, "web-1"), `${NAME_MARK} web-1`);
  holds(fc.property(fc.string({ unit: "grapheme", minLength: 2 }), (name) => {
    const masked = maskName(`- ${name} -`, name);
    assert(
      masked === `- ${NAME_MARK} -` || name.includes(NAME_MARK) || `- ${name} -`.includes(NAME_MARK),
      masked,
    );
  }));
});

Deno.test("folding ten thousand answers under different names takes no pattern for each", () => {
  // With one regular expression for each name this took twenty seconds.
  const results = Array.from(
    { length: 10_000 },
    (_, rank) => result(rank, "ok", { stdout: `web-${rank}: up` }),
  );
  assertEquals(foldResults(results).length, 1);
});

Deno.test("ranks are written as ranges from which each can be read back", () => {
  assertEquals(formatRanks([1, 2, 3, 4, 7]), "1-4,7");
  assertEquals(formatRanks([0]), "0");
  holds(fc.property(fc.uniqueArray(fc.nat({ max: 50 })), (drawn) => {
    const ranks = drawn.toSorted((a, b) => a - b);
    const read = formatRanks(ranks).split(",").filter((part) => part !== "").flatMap((part) => {
      const [first, last = first] = part.split("-").map(Number);
      return Array.from({ length: last! - first! + 1 }, (_, index) => first! + index);
    });
    assertEquals(read, ranks);
  }));
});
