// The signals on which rankclient leaves in good order, as an AbortSignal. The second one does not wait.

import { EXIT_BY_SIGNAL, listenForStop } from "./stop_signals.ts";

const EXIT_BY_HANGUP = 129;

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
  // The terminal is gone: without this the process would be, too, and its programs would be left running.
  const onHangup = () => leave(EXIT_BY_HANGUP);
  Deno.addSignalListener("SIGHUP", onHangup);
  return {
    signal: leaving.signal,
    get exitCode() {
      return exitCode;
    },
    release() {
      stop.release();
      Deno.removeSignalListener("SIGHUP", onHangup);
    },
  };
}
