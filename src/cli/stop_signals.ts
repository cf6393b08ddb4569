// SIGTERM and SIGINT: the first asks to stop, the second does not ask.

/** The usual exit code of a program ended by a signal: 128 and the signal's number. */
export const EXIT_BY_SIGNAL = { SIGINT: 130, SIGTERM: 143 } as const;

type StopSignal = keyof typeof EXIT_BY_SIGNAL;

export interface StopSignals {
  /** Resolves with the first signal. */
  readonly first: Promise<StopSignal>;
  /** Stops listening for signals. */
  release(): void;
}

/** Listens for signals to stop; the second one ends the process at once. */
export function listenForStop(): StopSignals {
  const { promise, resolve } = Promise.withResolvers<StopSignal>();
  let received = 0;
  const handlers = (Object.keys(EXIT_BY_SIGNAL) as StopSignal[]).map((signal) => {
    const handler = () => {
      if (++received > 1) Deno.exit(EXIT_BY_SIGNAL[signal]);
      resolve(signal);
    };
    Deno.addSignalListener(signal, handler);
    return () => Deno.removeSignalListener(signal, handler);
  });
  return { first: promise, release: () => handlers.forEach((remove) => remove()) };
}
