// Pauses in which the event loop looks at its sockets. `setImmediate` is none: while there is always a next turn, the
// runtime's executor looks only after every 61st, so that work in turns of 5 ms keeps everybody else waiting for 300 ms.
// Only a loop with nothing to do looks at once; a timer, even one of 0 ms, lets it have nothing to do.

import type { Clock } from "./clock.ts";

export class YieldToIo {
  readonly #clock: Pick<Clock, "after">;
  readonly #waiting: (() => void)[] = [];

  constructor(clock: Pick<Clock, "after">) {
    this.#clock = clock;
  }

  /** Resolves when the loop has looked. Of those who wait, one goes on after each look, in the order they came. */
  take(): Promise<void> {
    return new Promise((resolve) => {
      this.#waiting.push(resolve);
      if (this.#waiting.length === 1) this.#book();
    });
  }

  #book(): void {
    this.#clock.after(0, () => {
      this.#waiting.shift()!();
      if (this.#waiting.length > 0) this.#book();
    });
  }
}
