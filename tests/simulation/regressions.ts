// Scenarios that once violated something, shrunk to the faults that it took: each is a file, with its history. A seed alone
// would not do: what it stands for changes with the simulator.

import type { Scenario } from "./scenario.ts";

export interface Regression {
  /** What was wrong, and what was done about it. */
  readonly history: string;
  readonly scenario: Scenario;
}

const FOLDER = new URL("./regressions/", import.meta.url);

export function loadRegressions(): readonly (Regression & { readonly name: string })[] {
  return [...Deno.readDirSync(FOLDER)].filter(({ name }) => name.endsWith(".json"))
    .map(({ name }) => ({ name, ...JSON.parse(Deno.readTextFileSync(new URL(name, FOLDER))) as Regression }))
    .sort((a, b) => a.name < b.name ? -1 : 1);
}
