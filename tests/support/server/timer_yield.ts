// Yielding by timers, which poll the sockets as well as the server's own way does, only later.

import { setImmediate } from "node:timers";
import type { Clock } from "../../../src/time/clock.ts";
import { YieldToIo } from "../../../src/time/yield_to_io.ts";

/** @param clock whose timers of 0 ms are the polls; without one, the system's. */
export function timerYield(clock?: Clock): YieldToIo {
  const poll = (polled: () => void) =>
    void (clock === undefined ? setTimeout(polled) : clock.after(0, polled));
  const now = () => clock === undefined ? performance.now() : clock.now();
  return new YieldToIo({ now, poll, afterIo: setImmediate });
}
