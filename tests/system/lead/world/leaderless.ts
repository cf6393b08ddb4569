// Measures how long nobody leads, by looking at the programs again and again while a test goes on.

import type { LeaderLog } from "./leader_log.ts";

const LOOK_MS = 10;

export class Leaderless {
  /** The longest time so far, in ms. */
  longestMs = 0;
  readonly #timer: ReturnType<typeof setInterval>;
  #since: number | undefined;

  constructor(log: LeaderLog) {
    this.#timer = setInterval(() => {
      const now = performance.now();
      if (log.running !== undefined) this.#since = undefined;
      else this.#since ??= now;
      if (this.#since !== undefined) this.longestMs = Math.max(this.longestMs, now - this.#since);
    }, LOOK_MS);
  }

  [Symbol.dispose](): void {
    clearInterval(this.#timer);
  }
}
