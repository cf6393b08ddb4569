// Measures how late the event loop is: a timer fires when it is due only if nothing else takes long. A histogram and not the
// maximum since the last scrape, because then each of two scrapers would take values away from the other.

import type { Clock } from "../../time/mod.ts";
import { Histogram } from "./histogram.ts";

/** Between two measurements, in ms. */
const INTERVAL_MS = 100;
/** In seconds. Timers of the runtime are up to 2 ms late by themselves. */
const BOUNDS = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5];

export class EventLoopLag {
  /** In seconds. */
  readonly seconds = new Histogram(BOUNDS);
  readonly #clock: Clock;
  #cancelTimer: (() => void) | undefined;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  start(): void {
    if (this.#cancelTimer === undefined) this.#schedule();
  }

  stop(): void {
    this.#cancelTimer?.();
    this.#cancelTimer = undefined;
  }

  #schedule(): void {
    const due = this.#clock.now() + INTERVAL_MS;
    this.#cancelTimer = this.#clock.after(INTERVAL_MS, () => {
      this.seconds.observe(Math.max(0, this.#clock.now() - due) / 1_000);
      this.#schedule();
    });
  }
}
