// Waiting for a while.

import type { InstantClock } from "./clock.ts";

/** Resolves after `ms`, or when `signal` is aborted. */
export function wait(after: InstantClock["after"], ms: number, signal?: AbortSignal): Promise<void> {
  if (signal?.aborted) return Promise.resolve();
  return new Promise((resolve) => {
    const finish = () => {
      cancel();
      signal?.removeEventListener("abort", finish);
      resolve();
    };
    const cancel = after(ms, finish);
    signal?.addEventListener("abort", finish, { once: true });
  });
}
