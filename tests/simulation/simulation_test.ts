// Runs the simulator on new seeds and on all regressions, and tests the simulator itself.

import { assert, assertEquals, assertMatch } from "@std/assert";
import { drawSeed } from "../support/seed.ts";
import { FAULT_KINDS } from "./faults/fault.ts";
import { mutate, MUTATIONS } from "./mutations/mod.ts";
import { loadRegressions } from "./regressions.ts";
import { type Scenario, scenarioOf } from "./scenario.ts";
import { Search } from "./search.ts";
import { shrink } from "./shrink.ts";

/** How long new seeds are run, in real ms. */
const SEARCH_MS = 60_000;
const ROOT = new URL("../../", import.meta.url);

Deno.test(
  "no guarantee is violated on new seeds",
  { sanitizeOps: false, sanitizeResources: false },
  async () => {
    using search = await Search.open();
    const first = drawSeed() >>> 0;
    const end = performance.now() + SEARCH_MS;
    for (let seed = first; performance.now() < end; seed++) {
      const { violation } = await search.runSeed(seed);
      assertEquals(violation, undefined, `reproduce with deno task simulate --seed ${seed}`);
    }
    const { seeds, faults, simulatedMs } = search.totals;
    console.log(
      `${seeds} seeds from ${first}, ${faults} faults, ${
        (simulatedMs / 3_600_000).toFixed(1)
      } simulated hours`,
    );
    assert(seeds > 100 && faults > 100);
  },
);

for (const { name, history, scenario } of loadRegressions()) {
  Deno.test(`${name}: ${history}`, async () => {
    using search = await Search.open();
    assertEquals((await search.run(scenario)).violation, undefined);
  });
}

Deno.test("the same seed gives the same trace byte for byte, another seed a different one", async () => {
  using search = await Search.open();
  const traces: string[] = [];
  for (const seed of [7, 8, 7, 8]) traces.push((await search.runSeed(seed, { traces: true })).trace.text);
  assertEquals(traces[0], traces[2]);
  assertEquals(traces[1], traces[3]);
  assert(traces[0] !== traces[1] && traces[0]!.length > 10_000);
});

Deno.test("every kind of fault can be injected", async () => {
  using search = await Search.open();
  for (const kind of FAULT_KINDS) {
    // Some faults need a program, a store or a second client, which a scenario may not have.
    for (let seed = 1; !search.totals.covered.has(`fault: ${kind}`); seed++) {
      assert(seed < 50, `${kind} was never injected`);
      const { violation } = await search.run(scenarioOf(seed, [kind]));
      assertEquals(violation, undefined);
    }
  }
});

Deno.test("a scenario is shrunk to the faults that are needed", async () => {
  const scenario = scenarioOf(5);
  const kinds = (smaller: Scenario) => smaller.faults.map(({ kind }) => kind);
  const [first, second] = [kinds(scenario)[1]!, kinds(scenario).at(-1)!];
  const shrunk = await shrink(
    scenario,
    (smaller) => Promise.resolve(kinds(smaller).includes(first) && kinds(smaller).includes(second)),
  );
  assertEquals(new Set(kinds(shrunk)), new Set([first, second]));
  assertEquals(await shrink(scenario, () => Promise.resolve(true)), { ...scenario, faults: [] });
});

Deno.test("the text that each edit of a mutation replaces occurs once in its file", async () => {
  for (const { name, file, edits } of MUTATIONS) {
    const text = await Deno.readTextFile(new URL(file, ROOT));
    assert(mutate(text, edits) !== text, name);
  }
  assertEquals(new Set(MUTATIONS.map(({ name }) => name)).size, MUTATIONS.length);
});

Deno.test("docs/simulation.md has a line for every mutation", async () => {
  const page = await Deno.readTextFile(new URL("docs/simulation.md", ROOT));
  for (const { name } of MUTATIONS) assertMatch(page, new RegExp(`\\| ${name} +\\|`));
});
