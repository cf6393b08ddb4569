// Faults by chance for a while, with three servers that share one ranking. `deno task succession --servers 3` makes hundreds of
// them; TEST_SEED runs one seed again.

import { assert } from "@std/assert";
import { CLUSTER_SERVER, isNatsMissing } from "../../../support/programs/nats_server.ts";
import { drawSeed } from "../../../support/seed.ts";
import { programsToTest } from "../world/programs.ts";
import { describeTrial, runTrial } from "./trial.ts";

const RUN_MS = 30_000;

Deno.test({
  name: "five clients under --lead and three servers, faults by chance: one leader at a time",
  ignore: await isNatsMissing(CLUSTER_SERVER, 9),
  fn: async () => {
    const [programs] = await programsToTest();
    const seed = drawSeed();
    console.log(`Run it again with TEST_SEED=${seed}`);
    const end = performance.now() + RUN_MS;
    const trial = await runTrial({
      seed,
      programs: programs!,
      servers: 3,
      goesOn: () => performance.now() < end,
    });
    console.log(describeTrial(trial));
    assert(trial.violation === undefined, `TEST_SEED=${seed}: ${trial.violation}`);
  },
});
