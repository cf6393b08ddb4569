// How long a guarded program may go on, by two clocks, of which the one that leaves less time counts. The shared clock
// goes on while a machine sleeps or a sender is stopped; the running one cannot be set back. Pure.

import type { TimeLeft } from "./guard_messages.ts";
import type { Instant } from "../../../time/mod.ts";

export class LeaseWatch {
  readonly #leaseMs: number;
  #goneBy: Instant = { running: -Infinity, wall: -Infinity };

  /** @param leaseMs no renewal is worth more. */
  constructor(leaseMs: number) {
    this.#leaseMs = leaseMs;
  }

  /** Takes what a line of the client says that arrives now. */
  renew({ goneBy, leftMs }: TimeLeft, now: Instant): void {
    const ms = Math.min(goneBy - now.wall, leftMs, this.#leaseMs);
    this.#goneBy = { running: now.running + ms, wall: now.wall + ms };
  }

  /** Until nothing of the program may be left; negative when that has passed. */
  leftMs(now: Instant): number {
    return Math.min(this.#goneBy.running - now.running, this.#goneBy.wall - now.wall);
  }
}
