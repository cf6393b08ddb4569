// Faults by chance for a while. `deno task succession` makes hundreds of them; TEST_SEED runs one seed again.

import { assert } from "@std/assert";
import { drawSeed } from "../../../support/seed.ts";
import { programsToTest } from "../world/programs.ts";
import { describeTrial, hasStore, runTrial } from "./trial.ts";

const [usual, ...rest] = await programsToTest();
/** From one seed, so that there is one with a store in each run, and one without. */
const RUNS = [usual!, rest[0] ?? usual!];
const RUN_MS = 12_000;

const first = drawSeed();
const runs = Deno.env.has("TEST_SEED") ? RUNS.slice(0, 1) : RUNS;
for (const [index, programs] of runs.entries()) {
  const seed = first + index;
  Deno.test(`five clients under --lead, faults by chance: one leader at a time (${programs.name}, ${index + 1})`, async () => {
    console.log(`Run it again with TEST_SEED=${seed}${hasStore(seed) ? " (seats in a store)" : ""}`);
    const end = performance.now() + RUN_MS;
    const trial = await runTrial({ seed, programs, goesOn: () => performance.now() < end });
    console.log(describeTrial(trial));
    assert(trial.violation === undefined, `TEST_SEED=${seed}: ${trial.violation}`);
  });
}
