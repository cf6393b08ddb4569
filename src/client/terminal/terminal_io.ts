// The terminal as the driver needs it: keys, a size, and a place to paint. Node's stream types stay in this directory.

import type { Sink } from "../../protocol/wire/mod.ts";

/** The keys of a terminal. */
export interface TerminalInput extends NodeJS.ReadableStream {
  setRawMode(isRaw: boolean): unknown;
}

/** What a terminal says of its screen; a size of 0 is not known. */
export interface TerminalOutput {
  readonly columns: number;
  readonly rows: number;
  readonly isTTY: boolean;
  on(event: "resize", listener: () => void): unknown;
  off(event: "resize", listener: () => void): unknown;
}

/** The terminal as the process has it; a test passes a pseudo-terminal's or two streams made to look like one. */
export interface TerminalIo {
  readonly input: TerminalInput;
  /** Says its size and whether it is a terminal. */
  readonly output: TerminalOutput;
  /** Where it is painted. A write to `output` would wait for the terminal, and the whole client with it. */
  readonly sink: Sink;
  /** Aborted by SIGTERM and SIGHUP: restore the terminal and return. Ctrl-C is the terminal's own business. */
  readonly signal: AbortSignal;
  /** Calls back whenever the process continues after it was stopped; the result ends that. */
  readonly onContinue: (callback: () => void) => () => void;
}
