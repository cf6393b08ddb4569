// SIGTERM and SIGINT: the first one stops in good order, the second one without delay. One request can arrive twice: sent to
// a whole process group, and passed on by a task runner in it. So the same signal again within a moment is an echo.

/** The usual exit code of a program ended by a signal: 128 and the signal's number. */
export const EXIT_BY_SIGNAL = { SIGINT: 130, SIGTERM: 143 } as const;

/** Within so many ms after the first signal, the same one is its echo. */
const ECHO_MS = 300;

type StopSignal = keyof typeof EXIT_BY_SIGNAL;

export interface StopSignals {
  /** Resolves with the first signal. */
  readonly first: Promise<StopSignal>;
  /** Stops listening for signals. */
  release(): void;
}

/** Listens for signals to stop; the second one ends the process without delay. Those in `ignored` do nothing. */
export function listenForStop(ignored: ReadonlySet<string> = new Set()): StopSignals {
  const { promise, resolve } = Promise.withResolvers<StopSignal>();
  let first: { readonly signal: StopSignal; readonly atMs: number } | undefined;
  const isEcho = (signal: StopSignal) =>
    signal === first?.signal && performance.now() - first.atMs <= ECHO_MS;
  const handlers = (Object.keys(EXIT_BY_SIGNAL) as StopSignal[]).map((signal) => {
    const handler = () => {
      // Without a listener, the runtime would end the process all the same.
      if (ignored.has(signal)) return;
      if (first !== undefined && !isEcho(signal)) Deno.exit(EXIT_BY_SIGNAL[signal]);
      first ??= { signal, atMs: performance.now() };
      resolve(signal);
    };
    Deno.addSignalListener(signal, handler);
    return () => Deno.removeSignalListener(signal, handler);
  });
  return { first: promise, release: () => handlers.forEach((remove) => remove()) };
}
