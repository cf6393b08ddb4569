// The signals on which rankclient leaves in good order, as an AbortSignal. A second one ends it without delay.

import type { IgnorableSignal, IgnoredSignals } from "./libc.ts";
import { EXIT_BY_SIGNAL, listenForStop } from "./stop_signals.ts";

/**
 * The terminal is gone, or Ctrl-\ was pressed: without a listener the process would end immediately and leave its
 * programs running. Windows has no SIGQUIT.
 */
const EXIT_BY_ABRUPT_SIGNAL = Deno.build.os === "windows" ? { SIGHUP: 129 } : { SIGHUP: 129, SIGQUIT: 131 };

export interface LeaveSignals {
  readonly signal: AbortSignal;
  /** The exit code of the process; `undefined`: no signal has come. */
  readonly exitCode: number | undefined;
  release(): void;
}

/** @param ignored at the start, by `nohup` or as a background job: they stay ignored. */
export function listenForLeave(ignored: IgnoredSignals): LeaveSignals {
  const leaving = new AbortController();
  let exitCode: number | undefined;
  const leave = (code: number) => {
    exitCode ??= code;
    leaving.abort();
  };
  const stop = listenForStop(ignored);
  stop.first.then((signal) => leave(EXIT_BY_SIGNAL[signal]));
  const entries = Object.entries(EXIT_BY_ABRUPT_SIGNAL) as [IgnorableSignal, number][];
  const abrupt = entries.map(([signal, code]) => {
    // Without a listener, the runtime would end the process all the same.
    const handler = ignored.has(signal) ? () => {} : () => leave(code);
    Deno.addSignalListener(signal, handler);
    return () => Deno.removeSignalListener(signal, handler);
  });
  return {
    signal: leaving.signal,
    get exitCode() {
      return exitCode;
    },
    release() {
      stop.release();
      for (const remove of abrupt) remove();
    },
  };
}
