// Runs the simulation of several nodes on one log on new seeds, and tests the simulation itself.

import { assert, assertEquals } from "@std/assert";
import { drawSeed } from "../../support/seed.ts";
import { Search } from "../search.ts";
import { outsideMicrotasks } from "../world/scheduler.ts";
import { LOG_FAULT_KINDS } from "./log_faults.ts";
import { logScenarioOf } from "./log_scenario.ts";
import type { PingRule } from "./log_world.ts";
import { simulateLog } from "./simulate_log.ts";

const NEW_SEEDS = 250;

Deno.test("several nodes on one log violate no guarantee on new seeds", async () => {
  using search = await Search.open();
  const first = drawSeed() >>> 0;
  for (let seed = first; seed < first + NEW_SEEDS; seed++) {
    const { violation } = await search.runLogSeed(seed);
    assertEquals(violation, undefined, `reproduce with deno task simulate --log --seed ${seed}`);
  }
  const { faults, simulatedMs } = search.totals;
  console.log(
    `${NEW_SEEDS} seeds from ${first}, ${faults} faults, ${
      (simulatedMs / 3_600_000).toFixed(1)
    } simulated hours`,
  );
});

Deno.test("the same seed of the log simulation gives the same trace, another seed a different one", async () => {
  using search = await Search.open();
  const traces: string[] = [];
  for (const seed of [7, 8, 7, 8]) {
    traces.push((await search.runLogSeed(seed, { traces: true })).trace.text);
  }
  assertEquals(traces[0], traces[2]);
  assertEquals(traces[1], traces[3]);
  assert(traces[0] !== traces[1] && traces[0]!.length > 1_000);
});

Deno.test("every kind of fault of the log simulation can be injected", async () => {
  using search = await Search.open();
  for (const kind of LOG_FAULT_KINDS) {
    for (let seed = 1; !search.totals.covered.has(`fault: ${kind}`); seed++) {
      assert(seed < 20, `${kind} was never injected`);
      const { violation } = await search.run(logScenarioOf(seed, [kind]));
      assertEquals(violation, undefined);
    }
  }
});

/** The seeds in which a seat lapses before its lease is over, or two clients may lead. */
async function overlaps(pingRule: PingRule, seeds: number): Promise<number> {
  let found = 0;
  for (let seed = 1; seed <= seeds; seed++) {
    const scenario = logScenarioOf(seed, ["stop_node", "cut_node", "cut_client"]);
    const { violation } = await outsideMicrotasks(() => simulateLog(scenario, { pingRule }));
    if (violation?.guarantee === "G11") found++;
  }
  return found;
}

Deno.test("leases overlap when suspended nodes answer pings, and do not otherwise", async () => {
  const seeds = 40;
  assert(await overlaps("always", seeds) > 0);
  assertEquals(await overlaps("echo", seeds), 0);
});
