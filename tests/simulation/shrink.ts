// Shrinks a scenario that violates something: leaves out faults as long as the same guarantee is violated, half of them at
// first, single ones in the end (delta debugging).

import type { Fault } from "./faults.ts";
import type { Scenario } from "./scenario.ts";

/** @param violates whether a scenario still shows what is looked for */
export async function shrink(
  scenario: Scenario,
  violates: (scenario: Scenario) => Promise<boolean>,
): Promise<Scenario> {
  let { faults } = scenario;
  let size = Math.ceil(faults.length / 2);
  while (size >= 1 && faults.length > 0) {
    const rest = await leaveOut(faults, size, (some) => violates({ ...scenario, faults: some }));
    if (rest !== undefined) faults = rest;
    else if (size === 1) break;
    else size = Math.ceil(size / 2);
  }
  return { ...scenario, faults };
}

/** The faults without `size` of them in a row; `undefined`: all are needed. */
async function leaveOut(
  faults: readonly Fault[],
  size: number,
  isEnough: (faults: readonly Fault[]) => Promise<boolean>,
): Promise<readonly Fault[] | undefined> {
  for (let from = 0; from < faults.length; from += size) {
    const rest = faults.filter((_, i) => i < from || i >= from + size);
    if (await isEnough(rest)) return rest;
  }
  return undefined;
}
