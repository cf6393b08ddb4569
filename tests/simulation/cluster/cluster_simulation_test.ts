// Runs the simulator with several servers on new seeds, and tests the simulation itself.

import { assert, assertEquals } from "@std/assert";
import { drawSeed } from "../../support/seed.ts";
import { CLUSTER_FAULT_KINDS } from "../faults/fault.ts";
import { clusterScenarioOf } from "../scenario.ts";
import { Search } from "../search.ts";

/** How long new seeds are run, in real ms. */
const SEARCH_MS = 30_000;

Deno.test("several servers violate no guarantee on new seeds", async () => {
  using search = await Search.open();
  const first = drawSeed() >>> 0;
  const end = performance.now() + SEARCH_MS;
  for (let seed = first; performance.now() < end; seed++) {
    const { violation } = await search.runClusterSeed(seed);
    assertEquals(violation, undefined, `reproduce with deno task simulate --cluster --seed ${seed}`);
  }
  const { seeds, faults, simulatedMs } = search.totals;
  console.log(
    `${seeds} seeds from ${first}, ${faults} faults, ${(simulatedMs / 3_600_000).toFixed(1)} simulated hours`,
  );
  assert(seeds > 20 && faults > 50);
});

Deno.test("the same seed with several servers gives the same trace, another seed a different one", async () => {
  using search = await Search.open();
  const traces: string[] = [];
  for (const seed of [7, 8, 7, 8]) {
    traces.push((await search.runClusterSeed(seed, { traces: true })).trace.text);
  }
  assertEquals(traces[0], traces[2]);
  assertEquals(traces[1], traces[3]);
  assert(traces[0] !== traces[1] && traces[0]!.length > 10_000);
});

Deno.test("every kind of fault of NATS can be injected", async () => {
  using search = await Search.open();
  for (const kind of CLUSTER_FAULT_KINDS) {
    for (let seed = 1; !search.totals.covered.has(`fault: ${kind}`); seed++) {
      assert(seed < 20, `${kind} was never injected`);
      const { violation } = await search.run(clusterScenarioOf(seed, [kind]));
      assertEquals(violation, undefined);
    }
  }
});
