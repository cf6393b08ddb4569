// Messages that are ahead of this server: they wait until it has applied the record that their sender had applied, but not long.

import type { SharedJournal } from "../../journal/engines/mod.ts";
import type { Position } from "../../journal/mod.ts";
import type { Clock } from "../../time/mod.ts";

const MAX_WAIT_MS = 2_000;

export class PositionWaits {
  readonly #journal: Pick<SharedJournal, "position" | "whenAt">;
  readonly #clock: Clock;
  /** Ends the timer of the message that is first in the channel of its node. */
  readonly #timers = new Map<string, () => void>();

  constructor(journal: Pick<SharedJournal, "position" | "whenAt">, clock: Clock) {
    this.#journal = journal;
    this.#clock = clock;
  }

  /** @param resume is called, perhaps more than once, when a message that is "early" should be checked again. */
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
