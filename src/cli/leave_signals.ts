// The signals on which rankclient leaves in good order, as an AbortSignal. The second one does not wait.

import { EXIT_BY_SIGNAL, listenForStop } from "./stop_signals.ts";

/**
 * The terminal is gone, or Ctrl-\ was pressed: without a listener the process would end at once, and its programs would
 * be left running. Windows knows no such programs, and no SIGQUIT.
 */
const EXIT_BY_ABRUPT_SIGNAL = Deno.build.os === "windows" ? { SIGHUP: 129 } : { SIGHUP: 129, SIGQUIT: 131 };

export interface LeaveSignals {
  readonly signal: AbortSignal;
  /** What the process is to end with; `undefined` while no signal came. */
  readonly exitCode: number | undefined;
  release(): void;
}

export function listenForLeave(): LeaveSignals {
  const leaving = new AbortController();
  let exitCode: number | undefined;
  const leave = (code: number) => {
    exitCode ??= code;
    leaving.abort();
  };
  const stop = listenForStop();
  stop.first.then((signal) => leave(EXIT_BY_SIGNAL[signal]));
  const abrupt = (Object.entries(EXIT_BY_ABRUPT_SIGNAL) as [Deno.Signal, number][]).map(([signal, code]) => {
    const handler = () => leave(code);
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
