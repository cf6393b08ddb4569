// Yields to the event loop so that it polls the sockets. `setImmediate` does not: while callbacks are pending, the runtime's
// executor polls only after 61 iterations, so with slices of 5 ms other clients would wait for 300 ms. It polls immediately
// only when it is idle, which waiting for a timer, even one of 0 ms, makes it.

import type { Clock } from "./clock.ts";

export class YieldToIo {
  readonly #clock: Pick<Clock, "after">;
  readonly #waiting: (() => void)[] = [];

  constructor(clock: Pick<Clock, "after">) {
    this.#clock = clock;
  }

  /** Resolves after the sockets were polled. Callers continue in order, one after each poll. */
  take(): Promise<void> {
    return new Promise((resolve) => {
      this.#waiting.push(resolve);
      if (this.#waiting.length === 1) this.#setTimer();
    });
  }

  #setTimer(): void {
    this.#clock.after(0, () => {
      this.#waiting.shift()!();
      if (this.#waiting.length > 0) this.#setTimer();
    });
  }
}
