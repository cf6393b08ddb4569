import { assert, assertEquals } from "@std/assert";
import { CLOSE_REASONS, METHODS, readShape, STATUSES } from "../../../src/protocol/methods/mod.ts";
import { runResultShape } from "../../../src/protocol/methods/run_shapes.ts";

Deno.test("the summary of a run has a count for each status", () => {
  const counts = Object.fromEntries(STATUSES.map((status) => [status, 1]));
  const summary = { executors: STATUSES.length, ...counts, results: [] };
  assertEquals(readShape<unknown>(METHODS.run.result, summary), { ok: true, value: summary });
  for (const status of STATUSES) {
    const { [status]: _, ...others } = summary as Record<string, unknown>;
    assert(!readShape(METHODS.run.result, others).ok, `${status} is not counted`);
    assert(readShape(runResultShape, { rank: 1, ticket: 2, name: "", status }).ok);
  }
});

Deno.test("the words for the end of a connection are each there once", () => {
  assertEquals(new Set(CLOSE_REASONS).size, CLOSE_REASONS.length);
});
