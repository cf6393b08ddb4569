// The signals of both programs. SIGTERM and SIGINT stop a program: the first one asks it to stop, the second ends it.
// They and the terminal's signals make rankclient leave; SIGHUP makes rankserver reload.

import type { IgnorableSignal, IgnoredSignals } from "./libc.ts";

/** The usual exit code of a program that a signal ends: 128 plus the signal's number. */
export const EXIT_BY_SIGNAL = { SIGINT: 130, SIGTERM: 143 } as const;

/**
 * The same signal again within this time is an echo of the first. A signal to a process group can arrive twice, because
 * a task runner in the group passes it on.
 */
const ECHO_MS = 300;

type StopSignal = keyof typeof EXIT_BY_SIGNAL;

export interface StopSignals {
  /** Resolves with the first signal. */
  readonly first: Promise<StopSignal>;
  /** Stops listening for signals. */
  release(): void;
}

/** Listens for signals to stop; the second one ends the process. Those that are `ignored` do nothing. */
export function listenForStop(ignored: ReadonlySet<string> = new Set()): StopSignals {
  const { promise, resolve } = Promise.withResolvers<StopSignal>();
  let first: { readonly signal: StopSignal; readonly atMs: number } | undefined;
  const isEcho = (signal: StopSignal) =>
    signal === first?.signal && performance.now() - first.atMs <= ECHO_MS;
  const handlers = (Object.keys(EXIT_BY_SIGNAL) as StopSignal[]).map((signal) => {
    const handler = () => {
      // Without a listener, the runtime would end the process even so.
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

/**
 * The terminal is gone, or Ctrl-\ was pressed. Without a listener the process would end and leave its programs running.
 * Windows has neither such programs nor SIGQUIT.
 */
const EXIT_BY_ABRUPT_SIGNAL = Deno.build.os === "windows" ? { SIGHUP: 129 } : { SIGHUP: 129, SIGQUIT: 131 };

export interface LeaveSignals {
  readonly signal: AbortSignal;
  /** The exit code for the process; `undefined` before a signal. */
  readonly exitCode: number | undefined;
  release(): void;
}

/**
 * Aborts on the first of these signals.
 *
 * @param ignored signals that were ignored at the start, by `nohup` or for a background job, and stay ignored.
 */
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
    // Without a listener, the runtime would end the process even so.
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

/** Calls back whenever the process continues after it was stopped; the result ends that. */
export function listenForContinue(callback: () => void): () => void {
  if (Deno.build.os === "windows") return () => {};
  Deno.addSignalListener("SIGCONT", callback);
  return () => Deno.removeSignalListener("SIGCONT", callback);
}

/**
 * SIGHUP as a request to reload. Created before anything shows that the server listens: without a listener, the signal
 * would end the process.
 */
export class SighupListener {
  #onRequest: (() => void) | undefined;
  #isRequested = false;

  constructor() {
    Deno.addSignalListener("SIGHUP", this.#request);
  }

  /** Calls back for each request from now on, and immediately if there was one before. */
  listen(onRequest: () => void): void {
    this.#onRequest = onRequest;
    if (this.#isRequested) onRequest();
  }

  /** The signal ends the process again. */
  release(): void {
    Deno.removeSignalListener("SIGHUP", this.#request);
  }

  readonly #request = (): void => {
    this.#isRequested = true;
    this.#onRequest?.();
  };
}
