// Messages whose sender was ahead in the log wait until this server has applied as much, but not longer than 2 s.

import type { SharedJournal } from "../../journal/engines/mod.ts";
import type { Position } from "../../journal/mod.ts";
import type { Clock } from "../../time/mod.ts";

const MAX_WAIT_MS = 2_000;

export class PositionWaits {
  readonly #journal: Pick<SharedJournal, "position" | "whenAt">;
  readonly #clock: Clock;
  /** By node: cancels the timer of the first message in its channel. */
  readonly #timers = new Map<string, () => void>();

  constructor(journal: Pick<SharedJournal, "position" | "whenAt">, clock: Clock) {
    this.#journal = journal;
    this.#clock = clock;
  }

  /** @param resume is called, perhaps more than once, when an "early" message should be checked again */
  check(
    node: string,
    position: Position,
    receivedAt: number,
    resume: () => void,
  ): "ready" | "early" | "expired" {
    this.cancel(node);
    if (this.#journal.position >= position) return "ready";
    const remainingMs = receivedAt + MAX_WAIT_MS - this.#clock.now();
    if (remainingMs <= 0) return "expired";
    this.#timers.set(node, this.#clock.after(remainingMs, resume));
    this.#journal.whenAt(position, resume);
    return "early";
  }

  /** Ends the wait for a node. */
  cancel(node: string): void {
    this.#timers.get(node)?.();
    this.#timers.delete(node);
  }

  clear(): void {
    for (const node of [...this.#timers.keys()]) this.cancel(node);
  }
}
