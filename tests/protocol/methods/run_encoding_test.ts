import { assertEquals } from "@std/assert";
import fc from "fast-check";
import { encodeNotification, encodeResult } from "../../../src/protocol/json_rpc/json_rpc.ts";
import { type RunCounts, type RunResult, STATUSES } from "../../../src/protocol/methods/mod.ts";
import { RunEncoding } from "../../../src/protocol/methods/run_encoding.ts";
import { holds } from "../../support/seed.ts";

const text = fc.string({ unit: "binary", maxLength: 6 });
const result: fc.Arbitrary<RunResult> = fc.record(
  {
    rank: fc.nat(),
    ticket: fc.nat(),
    name: text,
    status: fc.constantFrom(...STATUSES),
    code: fc.integer(),
    stdout: text,
    reason: text,
    cut: fc.boolean(),
  },
  { requiredKeys: ["rank", "ticket", "name", "status"] },
);

Deno.test("a run's results and its answer are what the general encoders write, in whatever order they come in", () => {
  const results = fc.array(result, { minLength: 1, maxLength: 5 });
  const id = fc.oneof(text, fc.integer(), fc.constant(null));
  holds(fc.property(results, id, fc.nat(), (all, run, turn) => {
    const counts = { executors: all.length, ok: 1, failed: 2 } as RunCounts;
    const encoding = new RunEncoding(run);
    for (let i = 0; i < all.length; i++) {
      const index = (i + turn) % all.length;
      const params = { run, ...all[index]! };
      assertEquals(encoding.add(all[index]!, index), `${encodeNotification("result", params)}\n`);
    }
    assertEquals(encoding.end(counts), encodeResult(run, { ...counts, results: all }));
  }));
});

Deno.test("the answer to a run has the results that were taken, in order, and none for the other executors", () => {
  const encoding = new RunEncoding(1);
  const failed = (rank: number) => ({ rank, ticket: rank, name: "x", status: "failed" }) as const;
  encoding.add(failed(7), 6);
  encoding.add(failed(3), 2);
  const counts = { executors: 9 } as RunCounts;
  assertEquals(encoding.end(counts), encodeResult(1, { ...counts, results: [failed(3), failed(7)] }));
});

Deno.test("a run without executors has an empty list of results", () => {
  const counts = { executors: 0 } as RunCounts;
  assertEquals(new RunEncoding(1).end(counts), encodeResult(1, { ...counts, results: [] }));
});
