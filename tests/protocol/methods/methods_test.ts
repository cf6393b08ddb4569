import { assert, assertEquals } from "@std/assert";
import {
  CLOSE_REASONS,
  readShape,
  RunResult,
  RunSummary,
  STATUSES,
} from "../../../src/protocol/methods/methods.ts";

Deno.test("the summary of a run has a count for each status", () => {
  for (const status of STATUSES) {
    assert(status in RunSummary.entries, `${status} is not counted`);
    assert(readShape(RunResult, { rank: 1, ticket: 2, name: "", status }).ok);
  }
});

Deno.test("the words for the end of a connection are each there once", () => {
  assertEquals(new Set(CLOSE_REASONS).size, CLOSE_REASONS.length);
});
