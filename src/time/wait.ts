// A wait that can be aborted and leaves no timer behind.

import type { InstantClock } from "./clock.ts";

/** Resolves after `ms` milliseconds, or when `signal` is aborted. Never rejects. */
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
