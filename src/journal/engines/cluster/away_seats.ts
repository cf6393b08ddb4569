// How long seats have been away, as far as this node knows. A node that knows less waits longer, never shorter.

import type { RosterState, SeatClaim } from "../../mod.ts";
import { MAX_LAPSES } from "../../cluster/mod.ts";

type Since = Map<number, { readonly n: number; readonly at: number }>;

export class AwaySeats {
  #since: Since = new Map();

  /**
   * Must be called regularly, because it also notes which seats are away.
   *
   * @param resumedAt since when this node has been in contact with the log
   * @param staggerMs how much longer all of them are kept
   * @returns seats that were away for `graceMs`, or for the lease of the client if that is longer. A seat that was evicted
   * and has no lease is not kept
   */
  find(
    roster: RosterState,
    now: number,
    resumedAt: number,
    graceMs: number,
    staggerMs: number,
  ): readonly SeatClaim[] {
    const since: Since = new Map();
    const over: SeatClaim[] = [];
    for (const { ticket, client: { n, isAway, isEvicted, leaseMs } } of roster.seats) {
      if (!isAway) continue;
      const known = this.#since.get(ticket);
      const away = known?.n === n ? known : { n, at: now };
      since.set(ticket, away);
      const keptMs = isEvicted && leaseMs === 0 ? 0 : Math.max(graceMs, leaseMs);
      if (now - Math.max(away.at, resumedAt) >= keptMs + staggerMs) over.push({ ticket, n });
    }
    this.#since = since;
    return over.slice(0, MAX_LAPSES);
  }
}
