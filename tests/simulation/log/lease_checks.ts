// When clients may lead, and whether two of them may at the same time. An interval begins when the client receives a proof of
// its seat, and ends when the lease that it asked for then is over.

import type { Violate } from "../oracle/violation.ts";

export interface Proof {
  /** A life of a client. */
  readonly who: string;
  /** The log and the ticket. */
  readonly seat: string;
  /** True times, in ms. */
  readonly from: number;
  readonly until: number;
  /** The client has rank 0. */
  readonly isLeading: boolean;
}

export class LeaseChecks {
  readonly #violate: Violate;
  readonly #now: () => number;
  /** The last proof of each seat. */
  readonly #proofs = new Map<string, Proof>();
  /** The latest ends of the intervals in which clients lead. */
  readonly #leads = new Map<string, { readonly from: number; until: number }>();
  /** Until then, leases may be valid that no log contains. */
  #lostUntil = -Infinity;
  /** Whether it is a violation when a seat lapses before its lease is over, and not only when two clients may lead. */
  checksLapses = true;

  constructor(violate: Violate, now: () => number) {
    this.#violate = violate;
    this.#now = now;
  }

  proven(proof: Proof): void {
    const { who, seat, from, until, isLeading } = proof;
    if (until <= from) return;
    this.#proofs.set(seat, proof);
    if (!isLeading) return;
    for (const [other, lead] of this.#leads) {
      if (other === who || lead.until <= from || lead.from >= until || from < this.#lostUntil) continue;
      const ms = Math.min(lead.until, until) - from;
      this.#violate("G11", `${who} may lead from now on, and ${other} for another ${ms.toFixed(0)} ms`);
    }
    const known = this.#leads.get(who);
    // The first proof of a client, or one after a pause, begins an interval.
    const begin = known !== undefined && known.until > from ? known.from : from;
    this.#leads.set(who, { from: begin, until: Math.max(until, known?.until ?? 0) });
  }

  /** A client stops to lead, because it ends or before it gives up its seat. */
  gaveUp(who: string): void {
    this.#leads.delete(who);
    for (const [seat, proof] of this.#proofs) if (proof.who === who) this.#proofs.delete(seat);
  }

  /** The seat is taken from its client, who has been away. */
  lapsed(seat: string): void {
    const proof = this.#proofs.get(seat);
    this.#proofs.delete(seat);
    if (
      !this.checksLapses || proof === undefined || proof.until <= this.#now() || this.#now() < this.#lostUntil
    ) return;
    const ms = proof.until - this.#now();
    this.#violate(
      "G11",
      `the seat of ${proof.who} has lapsed, but its lease is valid for ${ms.toFixed(0)} ms`,
    );
  }

  /** The log has lost records: nothing is promised about the leases in them. */
  lost(until: number): void {
    this.#lostUntil = until;
    this.#proofs.clear();
  }

  isLeading(who: string): boolean {
    return (this.#leads.get(who)?.until ?? 0) > this.#now();
  }
}
