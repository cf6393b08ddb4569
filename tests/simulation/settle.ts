// Waits until everything works again after the last fault; it is a violation if that takes too long.

import type { Violation } from "./oracle/violation.ts";

/** What is checked in between, in ms. */
const SLICE_MS = 500;

export interface SettlePort {
  readonly scheduler: { readonly now: number };
  readonly oracle: {
    readonly violation: Violation | undefined;
    violate(guarantee: string, message: string): void;
  };
  runUntil(at: number): void;
  /** What does not work yet; `undefined` when everything does. */
  problem(): string | undefined;
}

export function settleBy(end: number, port: SettlePort): void {
  const { scheduler, oracle } = port;
  let problem = port.problem();
  while (problem !== undefined && scheduler.now < end && oracle.violation === undefined) {
    port.runUntil(Math.min(end, scheduler.now + SLICE_MS));
    problem = port.problem();
  }
  if (problem !== undefined) oracle.violate("liveness", problem);
}
