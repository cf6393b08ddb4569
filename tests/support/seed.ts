// Properties whose failures can be run again: a failing one names its seed and path, and with TEST_SEED set to them
// ("-1234567" or "-1234567/4:1:0") the same cases come again. Use it with --filter: a path belongs to one property.

import fc from "fast-check";

const [seed, path] = (Deno.env.get("TEST_SEED") ?? "").split("/");

/** `numRuns` is how many cases are tried when nothing fails. */
export interface PropertyOptions {
  readonly numRuns?: number;
}

/** Throws, with the shrunk case and how to run it again, unless `property` holds for every case tried. */
export function holds<Case>(property: fc.IProperty<Case>, options: PropertyOptions = {}): void {
  tell(fc.check(property, parameters(options)) as fc.RunDetails<Case>);
}

/** {@linkcode holds} for a property that waits. */
export async function holdsAsync<Case>(
  property: fc.IAsyncProperty<Case>,
  options: PropertyOptions = {},
): Promise<void> {
  tell(await (fc.check(property, parameters(options)) as Promise<fc.RunDetails<Case>>));
}

/** A seed for tests that draw their own numbers; the test is to print it. */
export function drawSeed(): number {
  return seed ? Number(seed) : crypto.getRandomValues(new Int32Array(1))[0]!;
}

function parameters<Case>(options: PropertyOptions): fc.Parameters<Case> {
  return {
    ...options,
    ...(seed ? { seed: Number(seed) } : {}),
    ...(path === undefined ? {} : { path }),
  };
}

function tell<Case>(details: fc.RunDetails<Case>): void {
  if (!details.failed) return;
  const where = details.counterexamplePath === null ? "" : `/${details.counterexamplePath}`;
  const again = `Run it again with TEST_SEED=${details.seed}${where}`;
  const cause = details.errorInstance;
  throw new Error(`${fc.defaultReportMessage(details)}\n\n${again}`, { cause });
}
