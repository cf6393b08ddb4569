// `@std/async`'s `delay` over the runtime's own timer promises. `persistent` is left out: nobody here asks for it.

import { setTimeout } from "node:timers/promises";

/** Options for {@linkcode delay}. */
export interface DelayOptions {
  /** Ends the wait early. */
  signal?: AbortSignal;
}

/** The longest that one timer can run; a longer wait is a row of them. */
const LONGEST_TIMER_MS = 2 ** 31 - 1;

/** Resolves after `ms` milliseconds; rejects with the signal's reason when the signal is aborted before. */
export async function delay(ms: number, { signal }: DelayOptions = {}): Promise<void> {
  let leftMs = ms > 0 ? ms : 0;
  try {
    do {
      const stepMs = Math.min(leftMs, LONGEST_TIMER_MS);
      await setTimeout(stepMs, undefined, { signal });
      leftMs -= stepMs;
    } while (leftMs > 0);
  } catch (error) {
    signal?.throwIfAborted(); // the timer's own AbortError only has the reason as its cause
    throw error;
  }
}
