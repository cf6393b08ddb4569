// Shrinks a scenario that violates a guarantee: removes faults as long as it still does, first half of them, in the end single
// ones (delta debugging).

/** @param violates whether a smaller scenario still violates the guarantee */
export async function shrink<Scenario extends { readonly faults: readonly unknown[] }>(
  scenario: Scenario,
  violates: (scenario: Scenario) => Promise<boolean>,
): Promise<Scenario> {
  let faults: readonly unknown[] = scenario.faults;
  let size = Math.ceil(faults.length / 2);
  while (size >= 1 && faults.length > 0) {
    const rest = await removeSome(faults, size, (some) => violates({ ...scenario, faults: some }));
    if (rest !== undefined) faults = rest;
    else if (size === 1) break;
    else size = Math.ceil(size / 2);
  }
  return { ...scenario, faults };
}

/** The faults without `size` consecutive ones; `undefined` when all are needed. */
async function removeSome<Fault>(
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
