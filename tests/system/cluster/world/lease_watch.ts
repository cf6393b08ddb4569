// Who could lead, and when: from each answer to a ping at rank 0, until the lease after that ping was sent is over. All
// clients are in this process, so one clock measures all of them. Two of them must never be able to lead at once.

import type { MovingClient } from "./moving_client.ts";

export interface Reign {
  readonly name: string;
  readonly ticket: number;
  readonly from: number;
  readonly until: number;
}

export class LeaseWatch {
  readonly #leaseMs: number;
  readonly #reigns: Reign[] = [];

  constructor(leaseMs: number) {
    this.#leaseMs = leaseMs;
  }

  /** For `onProof` of each client. */
  readonly proof = ({ name, ticket, rank, seatedAt, leadAfterMs }: MovingClient, sentAt: number): void => {
    const now = performance.now();
    if (rank !== 0 || now < seatedAt + leadAfterMs) return;
    const until = sentAt + this.#leaseMs;
    // A late answer proves nothing any more.
    if (until <= now) return;
    const last = this.#reigns.at(-1);
    if (last?.name === name && last.ticket === ticket && last.until >= now) {
      this.#reigns[this.#reigns.length - 1] = { ...last, until: Math.max(last.until, until) };
    } else this.#reigns.push({ name, ticket, from: now, until });
  };

  /** A leader has stopped by itself. */
  stopped(name: string): void {
    const now = performance.now();
    for (const [index, reign] of this.#reigns.entries()) {
      if (reign.name === name) this.#reigns[index] = { ...reign, until: Math.min(reign.until, now) };
    }
  }

  get reigns(): readonly Reign[] {
    return this.#reigns;
  }

  /** How often another one has begun to lead. */
  get changes(): number {
    return this.#reigns.filter(({ name }, index) => index > 0 && this.#reigns[index - 1]!.name !== name)
      .length;
  }

  /** What must never be, one sentence for each. */
  get faults(): string[] {
    const faults: string[] = [];
    for (const [index, later] of this.#reigns.entries()) {
      for (const earlier of this.#reigns.slice(0, index)) {
        const ms = Math.round(earlier.until - later.from);
        if (earlier.name !== later.name && ms > 0) {
          faults.push(`${later.name} led while ${earlier.name} could lead for another ${ms} ms`);
        }
        if (later.ticket < earlier.ticket) faults.push(`ticket ${later.ticket} led after ${earlier.ticket}`);
      }
    }
    return faults;
  }

  /** The shortest time between two leaders; Infinity: there was one. */
  get smallestGapMs(): number {
    const gaps = this.#reigns.slice(1).map(({ name, from }, index) => {
      const before = this.#reigns[index]!;
      return before.name === name ? Infinity : from - before.until;
    });
    return Math.min(Infinity, ...gaps);
  }
}
