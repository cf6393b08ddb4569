// The wait for what is still to be written: as long as it takes while the client may stay, and bounded once it is to
// leave. Who does not read its output must not keep it from leaving.

import { settlesWithin, unlessAborted } from "../../time/mod.ts";

/** Resolves when `done` does, or `ms` milliseconds after `leaving` was aborted. A failure of `done` is passed on. */
export async function unlessLeaving(done: Promise<unknown>, leaving: AbortSignal, ms: number): Promise<void> {
  await unlessAborted(done, leaving);
  if (leaving.aborted && await settlesWithin(done, ms)) await done;
}
