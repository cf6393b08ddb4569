// A little of the fuzzing, in every test run.

import { holdsAsync } from "../support/seed.ts";
import { PROPERTIES } from "./properties.ts";

const NUM_RUNS = 300;

for (const { name, property } of PROPERTIES) {
  Deno.test(`fuzz: ${name}`, () => holdsAsync(property, { numRuns: NUM_RUNS }));
}
