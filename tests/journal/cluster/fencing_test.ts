// Who is fenced when several nodes beat at random times.

import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import { holds } from "../../support/seed.ts";
import { NodeSimulation } from "./node_simulation.ts";

const RUN_MS = 120_000;

Deno.test("a node that keeps beating is never fenced, and one that is silent always is", () => {
  let fenced = 0;
  holds(
    fc.property(fc.integer(), (seed) => {
      const result = new NodeSimulation(seed, 12).run(RUN_MS);
      assertEquals([result.wrong, result.missed], [0, 0]);
      fenced += result.fenced;
    }),
    { numRuns: 100 },
  );
  assert(fenced > 100, `only ${fenced} nodes were fenced`);
});

Deno.test("the simulation can fail: with too few beats, nodes are fenced that have not stopped for long", () => {
  let wrong = 0;
  for (let seed = 0; seed < 5; seed++) wrong += new NodeSimulation(seed, 3).run(RUN_MS).wrong;
  assert(wrong > 0);
});

Deno.test("the simulation can fail: with too many beats, silent nodes are not fenced", () => {
  let missed = 0;
  for (let seed = 0; seed < 20; seed++) missed += new NodeSimulation(seed, 60).run(RUN_MS).missed;
  assert(missed > 0);
});
