// How much of the server's time the page's port may take, whatever is asked of it: a quarter in the long run. Requests that
// find it spent wait in a line, and connections in the kernel's queue; the members do not wait for either.

import { type Clock, wait, type YieldToIo } from "../../time/mod.ts";

/** Time that must pass for each time that was spent. */
const SHARE = 4;
/** Spent without waiting, in ms: a page with its files. */
const BURST_MS = 20;
/** Accepting a connection, reading, writing and closing, which cannot be measured here, in ms. */
const UNMEASURED_MS = 0.1;

export class WorkBudget {
  readonly #clock: Clock;
  readonly #yieldToIo: Pick<YieldToIo, "take" | "spend">;
  /** When everything spent so far has been paid for. */
  #paidAt = 0;
  /** Resolves when the last one in the line has its turn. */
  #line: Promise<void> = Promise.resolve();

  constructor(clock: Clock, yieldToIo: Pick<YieldToIo, "take" | "spend">) {
    this.#clock = clock;
    this.#yieldToIo = yieldToIo;
  }

  /** Resolves when work may begin; those who ask are served in their order. */
  take(): Promise<void> {
    return this.#line = this.#line.then(() => this.#takeTurn());
  }

  /** Counts work that has just been done. */
  spend(ms: number): void {
    const cost = Math.max(0, ms) + UNMEASURED_MS;
    this.#yieldToIo.spend(cost);
    this.#paidAt = Math.max(this.#paidAt, this.#clock.now()) + SHARE * cost;
  }

  async #takeTurn(): Promise<void> {
    const debtMs = this.#paidAt - this.#clock.now();
    if (debtMs > BURST_MS) {
      await wait((ms, callback) => this.#clock.after(ms, callback), debtMs - BURST_MS / 2);
    }
    await this.#yieldToIo.take();
  }
}
