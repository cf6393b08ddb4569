// A bounded wait that leaves no timer behind.

import { DENO_CLOCK, type InstantClock } from "./clock.ts";

/** Whether `promise` is resolved or rejected within `ms` milliseconds, by `after`. A rejection is not reported. */
export async function settlesWithin(
  promise: Promise<unknown>,
  ms: number,
  after: InstantClock["after"] = DENO_CLOCK.after,
): Promise<boolean> {
  let cancel: (() => void) | undefined;
  const timedOut = new Promise<boolean>((resolve) => cancel = after(ms, () => resolve(false)));
  try {
    return await Promise.race([promise.then(() => true, () => true), timedOut]);
  } finally {
    cancel?.();
  }
}
