// Which member leads, and for how long: the one with rank 0, if it has a lease. Only for --status.

import type { Seat } from "../../ranks/mod.ts";
import type { Clock } from "../../time/mod.ts";
import type { Member } from "../connection/mod.ts";

export interface CurrentLeader {
  readonly seat: Seat<Member>;
  /** `undefined`: it led already when the server started. */
  readonly forMs: number | undefined;
}

export class Leadership {
  readonly #clock: Pick<Clock, "now">;
  /** Until then no member leads. */
  readonly #beginsAt: number;
  #seat: Seat<Member> | undefined;
  /** Of the leader; a ticket is never reused. */
  #ticket: number | undefined;
  /** `undefined`: before this server started. */
  #since: number | undefined;

  /** @param leadAfterMs how long no member may lead from now on. */
  constructor(clock: Pick<Clock, "now">, leadAfterMs: number) {
    this.#clock = clock;
    this.#beginsAt = clock.now() + leadAfterMs;
  }

  get current(): CurrentLeader | undefined {
    if (this.#seat === undefined || this.#clock.now() < this.#beginsAt) return undefined;
    const forMs = this.#since === undefined ? undefined : Math.max(0, this.#clock.now() - this.#since);
    return { seat: this.#seat, forMs };
  }

  /** To be called after each change. @param first the seat with rank 0 */
  note(first: Seat<Member> | undefined): void {
    this.#note(first, Math.max(this.#clock.now(), this.#beginsAt));
  }

  /** The first call, after the seats were restored. */
  noteRestored(first: Seat<Member> | undefined): void {
    const mayHaveStopped = this.#clock.now() < this.#beginsAt;
    this.#note(first, mayHaveStopped ? this.#beginsAt : undefined);
  }

  #note(first: Seat<Member> | undefined, since: number | undefined): void {
    const seat = first !== undefined && first.member.leaseMs > 0 ? first : undefined;
    if (seat?.ticket !== this.#ticket) this.#since = since;
    this.#seat = seat;
    this.#ticket = seat?.ticket;
  }
}
