// `@std/async`'s `delay` over the runtime's own timers; those of `node:timers/promises` take 7 ms to load. `persistent`
// is left out because this project does not use it.

/** Options for {@linkcode delay}. */
export interface DelayOptions {
  /** Ends the wait early. */
  signal?: AbortSignal;
}

/** The longest time of one timer; a longer wait uses several in sequence. */
const LONGEST_TIMER_MS = 2 ** 31 - 1;

/** Resolves after `ms` milliseconds; rejects with the signal's reason when the signal is aborted before. */
export function delay(ms: number, { signal }: DelayOptions = {}): Promise<void> {
  if (signal?.aborted) return Promise.reject(signal.reason);
  return new Promise((resolve, reject) => {
    let leftMs = ms > 0 ? ms : 0;
    let timer: ReturnType<typeof setTimeout>;
    const wait = () => {
      const stepMs = Math.min(leftMs, LONGEST_TIMER_MS);
      leftMs -= stepMs;
      timer = setTimeout(leftMs > 0 ? wait : finish, stepMs);
    };
    const finish = () => {
      signal?.removeEventListener("abort", abort);
      resolve();
    };
    const abort = () => {
      clearTimeout(timer);
      reject(signal!.reason);
    };
    signal?.addEventListener("abort", abort, { once: true });
    wait();
  });
}
