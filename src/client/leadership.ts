// Whether this client may lead now, as far as it can prove. Pure: it is told what happens and when, and starts and stops
// nothing. What counts as a proof: a ping that was answered on a connection that has the seat. The server heard from us
// no earlier than the ping was sent, and keeps the seat for a lease from then on.

import { goneAfterMs, isLeaseLongEnough, type LeaseTimes, termAfterMs } from "../rules/lease_times.ts";
import type { Place } from "../protocol/methods.ts";
import type { ClientEvent } from "./client_event.ts";

/** One moment on two clocks, in ms: one that only runs, for this process alone, and one that others share. */
export interface Instant {
  readonly running: number;
  readonly wall: number;
}

/** Rank 0, proven. */
export interface Claim {
  readonly ticket: number;
  readonly epoch: number;
  readonly leaseMs: number;
  /** When nothing of the program may be left, unless there is a newer proof; on the shared clock. */
  readonly goneBy: number;
}

interface Seat {
  readonly ticket: number;
  readonly rank: number;
  readonly epoch: number;
  readonly times: LeaseTimes;
  /** Nobody leads before that, on the running clock. */
  readonly leadFrom: number;
  readonly provenAt?: Instant;
}

type Standing =
  | { readonly kind: "none" }
  | { readonly kind: "seated"; readonly seat: Seat }
  /** The connection broke; the seat is ours while its lease lasts, and perhaps longer. */
  | { readonly kind: "away"; readonly seat: Seat };

/** Closed for such a reason, the seat is somebody else's. */
const SEAT_TAKEN = new Set(["replaced", "evicted"]);

export class Leadership {
  readonly #times: Omit<LeaseTimes, "leaseMs">;
  #standing: Standing = { kind: "none" };

  constructor(times: Omit<LeaseTimes, "leaseMs">) {
    this.#times = times;
  }

  /** To be told every event, in order. */
  note(event: ClientEvent, now: Instant): void {
    const standing = this.#standing;
    switch (event.kind) {
      case "welcome":
        return this.#sit(event.welcome, now);
      case "yielded":
        return this.#sit(event.place, now);
      case "promoted": {
        const { rank, epoch } = event.promoted;
        if (standing.kind === "seated") {
          this.#standing = { kind: "seated", seat: { ...standing.seat, rank, epoch } };
        }
        return;
      }
      case "disconnected":
        if (standing.kind === "seated") this.#standing = { kind: "away", seat: standing.seat };
        return;
      case "closing":
        if (SEAT_TAKEN.has(event.closing.reason)) this.#standing = { kind: "none" };
        return;
      case "seat_lost":
        this.#standing = { kind: "none" };
        return;
      default:
        return;
    }
  }

  /** A seat is ours; perhaps the one that we had. */
  #sit({ rank, ticket, epoch, times }: Omit<Place, "resume">, now: Instant): void {
    const standing = this.#standing;
    const before = standing.kind === "none" || standing.seat.ticket !== ticket ? {} : standing.seat;
    const leadFrom = now.running + times.lead_after_ms;
    const seat = { ...before, rank, ticket, epoch, leadFrom };
    this.#standing = {
      kind: "seated",
      seat: { ...seat, times: { ...this.#times, leaseMs: times.lease_ms } },
    };
  }

  /** The ticket of the seat that a ping sent now proves, if it is answered. */
  get provable(): number | undefined {
    return this.#standing.kind === "seated" ? this.#standing.seat.ticket : undefined;
  }

  /** A ping that was sent at `sentAt`, with this ticket, was answered. */
  prove(ticket: number | undefined, sentAt: Instant): void {
    const { kind } = this.#standing;
    if (kind !== "seated" || this.#standing.seat.ticket !== ticket) return;
    this.#standing = { kind, seat: { ...this.#standing.seat, provenAt: sentAt } };
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

  /** The claim now; a number: none before so many ms have passed. */
  claim(now: Instant): Claim | number | undefined {
    if (this.#standing.kind !== "seated") return undefined;
    const { rank, leadFrom, provenAt, ticket, epoch, times } = this.#standing.seat;
    if (rank !== 0 || provenAt === undefined) return undefined;
    const ageMs = Math.max(now.running - provenAt.running, now.wall - provenAt.wall);
    if (ageMs >= termAfterMs(times)) return undefined;
    if (now.running < leadFrom) return leadFrom - now.running;
    return { ticket, epoch, leaseMs: times.leaseMs, goneBy: provenAt.wall + goneAfterMs(times) };
  }
}
