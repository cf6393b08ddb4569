// How long seats have been away, as far as this node knows. A node that knows less waits longer, never shorter.

import type { RosterState, SeatClaim } from "../../mod.ts";
import { MAX_LAPSES } from "../../cluster/mod.ts";

/** Clients need some time to come back after this node, and perhaps all, were out of contact. */
const RETURN_MS = 5_000;

/** By ticket: how long that client has been away. */
type Away = Map<number, { readonly n: number; readonly ms: number }>;

export class AwaySeats {
  #away: Away = new Map();
  #foundAt = -Infinity;

  /**
   * Must be called regularly while this node is in contact with the log: the time between two calls is counted, except what
   * was before `resumedAt`.
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
    const away: Away = new Map();
    const over: SeatClaim[] = [];
    const passedMs = Math.max(0, now - Math.max(this.#foundAt, resumedAt));
    for (const { ticket, client: { n, isAway, isEvicted, leaseMs } } of roster.seats) {
      if (!isAway) continue;
      const known = this.#away.get(ticket);
      const ms = known?.n === n ? known.ms + passedMs : 0;
      away.set(ticket, { n, ms });
      const keptMs = isEvicted && leaseMs === 0 ? 0 : Math.max(graceMs, leaseMs);
      const isOver = ms >= keptMs + staggerMs && now - resumedAt >= Math.min(keptMs, RETURN_MS);
      if (isOver) over.push({ ticket, n });
    }
    this.#away = away;
    this.#foundAt = now;
    return over.slice(0, MAX_LAPSES);
  }
}
