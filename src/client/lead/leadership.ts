// Whether this client may lead now, as far as it can prove. Pure: it takes what happens and when, and starts and stops
// nothing. What counts as a proof: a ping that was sent when the rank was known, and answered on a connection that has the
// seat. The server heard from us no earlier than the ping was sent, and keeps the seat for a lease from then on.

import { goneAfterMs, isLeaseLongEnough, type LeaseTimes, termAfterMs } from "../../rules/mod.ts";
import type { Place } from "../../protocol/methods/mod.ts";
import { seatAfterClose } from "../connection/mod.ts";
import type { Instant } from "../../time/mod.ts";
import type { ClientEvent } from "../session/mod.ts";
import type { TimeLeft } from "./guard/mod.ts";

/** Rank 0, proven: `goneBy` and `leftMs` say until when nothing of the program may be left without a newer proof. */
export interface Claim extends TimeLeft {
  readonly ticket: number;
  readonly epoch: number;
  readonly leaseMs: number;
}

interface Seat {
  readonly ticket: number;
  readonly rank: number;
  readonly epoch: number;
  readonly times: LeaseTimes;
  /** No client leads before that, on the running clock. */
  readonly leadFrom: number;
  /**
   * When the client read its rank, on the running clock. Earlier pings prove nothing: since then the machine may have slept
   * while its clock was set back, which neither clock shows.
   */
  readonly heardAt: number;
  readonly provenAt?: Instant | undefined;
  /**
   * A yield was sent and its outcome is not known: the server may have given rank 0 away. Only a server that gives this
   * seat back says that it has not; pings prove nothing before that.
   */
  readonly isYieldOpen: boolean;
}

type Standing =
  | { readonly kind: "none" }
  | { readonly kind: "seated"; readonly seat: Seat }
  /** The connection broke; the seat is ours while its lease lasts, and perhaps longer. */
  | { readonly kind: "away"; readonly seat: Seat };

export class Leadership {
  readonly #times: Omit<LeaseTimes, "leaseMs">;
  #standing: Standing = { kind: "none" };

  constructor(times: Omit<LeaseTimes, "leaseMs">) {
    this.#times = times;
  }

  /** Takes every event, in order. */
  note(event: ClientEvent, now: Instant): void {
    const standing = this.#standing;
    switch (event.kind) {
      case "welcome":
        return this.#sit(event.welcome, now, this.#isYieldOpenFor(event.welcome.ticket));
      case "yielded":
        return this.#sit(event.place, now, false);
      case "promoted": {
        const { rank, epoch } = event.promoted;
        if (standing.kind === "seated") {
          const seat = { ...standing.seat, rank, epoch, heardAt: now.running, provenAt: undefined };
          this.#standing = { kind: "seated", seat };
        }
        return;
      }
      case "disconnected":
        if (standing.kind === "seated") this.#standing = { kind: "away", seat: standing.seat };
        return;
      case "closing":
        if (seatAfterClose(event.closing.reason) !== "kept") this.#standing = { kind: "none" };
        return;
      case "seat_lost":
        this.#standing = { kind: "none" };
        return;
      default:
        return;
    }
  }

  /** A seat is ours; perhaps the one that we had. */
  #sit({ rank, ticket, epoch, times }: Omit<Place, "resume">, now: Instant, isYieldOpen: boolean): void {
    this.#standing = {
      kind: "seated",
      seat: {
        rank,
        ticket,
        epoch,
        times: { ...this.#times, leaseMs: times.lease_ms },
        leadFrom: now.running + times.lead_after_ms,
        heardAt: now.running,
        isYieldOpen,
      },
    };
  }

  /** A welcome on the connection that the yield was sent on may be older than the yield. */
  #isYieldOpenFor(ticket: number): boolean {
    const standing = this.#standing;
    return standing.kind === "seated" && standing.seat.ticket === ticket && standing.seat.isYieldOpen;
  }

  /** To be called before a yield is sent. Until {@linkcode yieldRefused} or a welcome, nothing proves this seat. */
  yieldSent(): void {
    this.#setYieldOpen(true);
  }

  /** The yield was not sent, or the server has refused it: the seat is ours as before. */
  yieldRefused(): void {
    this.#setYieldOpen(false);
  }

  #setYieldOpen(isYieldOpen: boolean): void {
    const standing = this.#standing;
    if (standing.kind === "none") return;
    this.#standing = { ...standing, seat: { ...standing.seat, provenAt: undefined, isYieldOpen } };
  }

  /** Whether the server has said on this connection which seat is ours. */
  get isSeated(): boolean {
    return this.#standing.kind === "seated";
  }

  /** The ticket of the seat that a ping sent now proves, if it is answered. */
  get provable(): number | undefined {
    return this.#standing.kind === "seated" && !this.#standing.seat.isYieldOpen
      ? this.#standing.seat.ticket
      : undefined;
  }

  /** A ping that was sent at `sentAt`, when `ticket` was provable, was answered on the connection that it was sent on. */
  prove(ticket: number | undefined, sentAt: Instant): void {
    if (ticket === undefined || this.provable !== ticket || this.#standing.kind !== "seated") return;
    const { seat } = this.#standing;
    if (sentAt.running < seat.heardAt) return;
    this.#standing = { kind: "seated", seat: { ...seat, provenAt: sentAt } };
  }

  /** Whether the seat of a program that was started with this ticket may still be ours. */
  holds(ticket: number): boolean {
    return this.#standing.kind !== "none" && this.#standing.seat.ticket === ticket;
  }

  get hasRankZero(): boolean {
    return this.#standing.kind === "seated" && this.#standing.seat.rank === 0;
  }

  /** The lease that the server granted for this seat, when it is too short to lead with. */
  get shortLeaseMs(): number | undefined {
    if (this.#standing.kind !== "seated") return undefined;
    const { times } = this.#standing.seat;
    return isLeaseLongEnough(times) ? undefined : times.leaseMs;
  }

  /** How long no client may lead yet, as far as the server that gave this seat knows; 0: no wait. */
  waitMs(now: Instant): number {
    return this.#standing.kind === "seated" ? Math.max(0, this.#standing.seat.leadFrom - now.running) : 0;
  }

  /** The claim now; `undefined`: this client cannot prove that it may lead. */
  claim(now: Instant): Claim | undefined {
    if (this.#standing.kind !== "seated" || this.waitMs(now) > 0) return undefined;
    const { rank, provenAt, ticket, epoch, times } = this.#standing.seat;
    if (rank !== 0 || provenAt === undefined) return undefined;
    const leftMs = goneAfterMs(times) - ageMs(provenAt, now);
    if (leftMs <= goneAfterMs(times) - termAfterMs(times)) return undefined;
    return { ticket, epoch, leaseMs: times.leaseMs, goneBy: now.wall + leftMs, leftMs };
  }
}

/** By the clock that says more: the shared one may have been set, the running one may have stood still in a sleep. */
function ageMs(provenAt: Instant, now: Instant): number {
  return Math.max(now.running - provenAt.running, now.wall - provenAt.wall);
}
