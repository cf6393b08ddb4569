// A wait that ends when a signal is aborted. `Promise.race` with a promise that never settles would keep every result in
// memory.

/**
 * The result of `promise`, or `undefined` when `signal` is aborted first. A rejection after the abort is not reported.
 */
export function unlessAborted<T>(promise: Promise<T>, signal: AbortSignal): Promise<T | undefined> {
  return new Promise((resolve, reject) => {
    const onAbort = () => resolve(undefined);
    const forget = () => signal.removeEventListener("abort", onAbort);
    signal.addEventListener("abort", onAbort, { once: true });
    if (signal.aborted) onAbort();
    promise.finally(forget).then(resolve, reject);
  });
}
