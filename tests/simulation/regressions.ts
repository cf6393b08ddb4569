// Scenarios that once violated a guarantee, each shrunk and stored in a file. A seed is not enough: the scenario of a seed
// changes with the simulator.

import type { AnyScenario } from "./search.ts";

export interface Regression {
  /** What was wrong, or what was changed. */
  readonly history: string;
  readonly scenario: AnyScenario;
}

const FOLDER = new URL("./regressions/", import.meta.url);

export function loadRegressions(): readonly (Regression & { readonly name: string })[] {
  return [...Deno.readDirSync(FOLDER)].filter(({ name }) => name.endsWith(".json"))
    .map(({ name }) => ({ name, ...JSON.parse(Deno.readTextFileSync(new URL(name, FOLDER))) as Regression }))
    .sort((a, b) => a.name < b.name ? -1 : 1);
}
