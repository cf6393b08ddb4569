// `@std/async`'s `deadline` over `AbortSignal.timeout`.

/** Options for {@linkcode deadline}. */
export interface DeadlineOptions {
  /** Ends the wait early. */
  signal?: AbortSignal;
}

/**
 * Settles as `p` does if `p` settles within `ms` milliseconds. `p` itself is not cancelled. With
 * `Number.MAX_SAFE_INTEGER` milliseconds or more, and with Infinity, there is no limit.
 *
 * Rejects with a DOMException named "TimeoutError" when the time is up, and with the reason of
 * `options.signal` when that is aborted first.
 *
 * @throws {TypeError} immediately, if `ms` is negative or NaN.
 */
export function deadline<T>(p: Promise<T>, ms: number, options: DeadlineOptions = {}): Promise<T> {
  const signals = ms < Number.MAX_SAFE_INTEGER || Number.isNaN(ms) ? [AbortSignal.timeout(ms)] : [];
  if (options.signal) signals.push(options.signal);
  return firstOf(p, signals);
}

async function firstOf<T>(p: Promise<T>, signals: readonly AbortSignal[]): Promise<T> {
  const { promise: ended, reject } = Promise.withResolvers<never>();
  const listeners = signals.map((signal) => ({ signal, onAbort: () => reject(signal.reason) }));
  try {
    for (const { signal, onAbort } of listeners) {
      signal.throwIfAborted();
      signal.addEventListener("abort", onAbort);
    }
    return await Promise.race([p, ended]);
  } finally {
    for (const { signal, onAbort } of listeners) signal.removeEventListener("abort", onAbort);
  }
}
