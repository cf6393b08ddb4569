// Members that leave, are evicted or are disconnected. The seat of a disconnected member is reserved for the grace period, and
// at least for the rest of its lease.

import { clientRef, type Report } from "../../log/mod.ts";
import type { CloseReason } from "../../protocol/methods/mod.ts";
import { type Clock, Deadlines } from "../../time/mod.ts";
import type { Member, Session } from "../connection/mod.ts";
import { DisconnectedMember } from "./disconnected_member.ts";
import type { MemberSeat, RosterChanges } from "./roster_changes.ts";

export interface DeparturesOptions {
  readonly changes: RosterChanges;
  /** Of the servers that share the roster, how long they keep the seat of a client that is away, in ms; absent: one server. */
  readonly sharedGraceMs: number | undefined;
  readonly clock: Clock;
  readonly report: Report;
  /** How long the seat of a disconnected member is kept, in ms. */
  readonly graceMs: number;
}

export interface Eviction {
  /** How long it takes until the seat is free, in ms. */
  readonly keepMs: number;
  /** See `RosterChanges.append`. */
  readonly isApplied: Promise<boolean> | undefined;
}

/** Times are rounded up to multiples of this, so that many reservations expire together. */
const ROUNDING_MS = 10;

export class Departures {
  readonly #options: DeparturesOptions;
  readonly #deadlines: Deadlines<DisconnectedMember>;

  constructor(options: DeparturesOptions) {
    this.#options = options;
    this.#deadlines = new Deadlines(options.clock, (member) => {
      member.keepMs = undefined;
      this.free(member.seat, "lapsed");
    });
  }

  /** The number of seats whose members are disconnected. */
  get awayCount(): number {
    const { changes: { state }, sharedGraceMs } = this.#options;
    if (sharedGraceMs === undefined) return this.#deadlines.size;
    return state.roster.reduce((sum, { client }) => sum + Number(client.isAway), 0);
  }

  /** Reserves the seats from the journal, as if their members had just been disconnected. */
  restore(): void {
    const { changes: { state }, clock, graceMs, report } = this.#options;
    let longestMs = 0;
    for (const seat of state.roster) {
      const { client } = seat;
      // A lease that was granted stays valid even if the configuration has changed.
      const member = new DisconnectedMember(client, seat, clock.now() + client.leaseMs);
      const mayResume = client.hash !== undefined && !client.isEvicted;
      const keepMs = roundUp(Math.max(mayResume ? graceMs : 0, client.leaseMs));
      this.#keep(member, keepMs);
      longestMs = Math.max(longestMs, keepMs);
    }
    if (state.size > 0) report({ event: "seats_restored", count: state.size, keep_ms: longestMs });
  }

  /** The session of a seat is closed: the seat is freed, or kept for its client. */
  depart(session: Session, seat: MemberSeat, reason: CloseReason): void {
    const { changes, clock, report, sharedGraceMs } = this.#options;
    const keepMs = this.#keepMs(session, seat, reason);
    if (keepMs <= 0) return void this.free(seat, reason);
    // The other servers keep all seats of this one, and learn when it stops.
    if (sharedGraceMs !== undefined && reason === "shutdown") return;
    const leaseUntil = leaseEnd(session);
    const leaseRestMs = Math.ceil(Math.max(0, leaseUntil - clock.now())) || undefined;
    if (isEviction(reason) && !seat.client.isEvicted) changes.appendTo(seat, { kind: "evict" });
    changes.appendTo(seat, { kind: "away", leaseRestMs });
    if (sharedGraceMs === undefined) this.#keep(new DisconnectedMember(session, seat, leaseUntil), keepMs);
    const { rank, ticket } = seat;
    report({
      event: "client_away",
      ...clientRef(session),
      rank,
      ticket,
      reason,
      keep_ms: sharedGraceMs ?? keepMs,
    });
  }

  /** @returns as `RosterChanges.append` */
  free(seat: MemberSeat, reason: string): Promise<boolean> | undefined {
    const { changes, report } = this.#options;
    if (!changes.state.isSeated(seat)) return undefined;
    const { rank, ticket, member } = seat;
    this.release(member);
    report({ event: "client_left", ...clientRef(member), rank, ticket, reason });
    // One that is away and leaves has released its seat itself.
    return changes.appendTo(seat, { kind: seat.client.isAway && reason !== "left" ? "lapse" : "leave" });
  }

  /**
   * Evicts a member; its seat is freed when its lease has ended.
   *
   * @param by the name of the token of the client that requested it
   */
  evict(seat: MemberSeat, reason: "evicted" | "revoked", by: string | undefined): Eviction {
    const { changes, sharedGraceMs } = this.#options;
    const isApplied = changes.appendTo(seat, { kind: "evict", by });
    if (sharedGraceMs !== undefined) {
      return { keepMs: seat.client.leaseMs > 0 ? sharedGraceMs : 0, isApplied };
    }
    return { keepMs: this.#evictNow(seat, reason), isApplied };
  }

  #evictNow(seat: MemberSeat, reason: "evicted" | "revoked"): number {
    seat.member.closeWith(reason, "This client was evicted");
    const { member } = seat;
    if (!(member instanceof DisconnectedMember)) return 0;
    const restMs = roundUp(member.leaseUntil - this.#options.clock.now());
    if (restMs > 0) this.#keep(member, restMs);
    else this.free(seat, reason);
    return restMs;
  }

  /** Cancels the reservation of the member's seat, which is free or has another member. */
  release(member: Member): void {
    if (!(member instanceof DisconnectedMember) || member.keepMs === undefined) return;
    this.#deadlines.remove(member, member.keepMs);
    member.keepMs = undefined;
  }

  /** Stops the timer. */
  stop(): void {
    this.#deadlines.clear();
  }

  /** How long the seat of a member that is leaving must be kept, in ms; 0: not at all. */
  #keepMs(session: Session, { client }: MemberSeat, reason: CloseReason): number {
    const { clock, graceMs, sharedGraceMs } = this.#options;
    // A text session is a person at a keyboard, and a connection that never sent a line is a probe or a port scan.
    const mayResume = session.mode === "json" && !session.hasLeft;
    if (!mayResume || client.hash === undefined) return 0;
    // An evicted member must not come back, but the program that it leads needs the rest of the lease to stop.
    const restMs = leaseEnd(session) - clock.now();
    if (client.isEvicted || isEviction(reason)) return roundUp(restMs);
    const keptMs = reason === "shutdown" ? sharedGraceMs ?? graceMs : graceMs;
    return roundUp(Math.max(keptMs, restMs));
  }

  #keep(member: DisconnectedMember, keepMs: number): void {
    this.#options.changes.state.attach(member.seat, member);
    this.release(member);
    member.keepMs = keepMs;
    this.#deadlines.add(member, keepMs);
  }
}

function isEviction(reason: CloseReason): boolean {
  return reason === "evicted" || reason === "revoked";
}

/** When the lease of a session ends, on the server's clock. */
function leaseEnd(session: Session): number {
  return session.lastHeardAt + session.leaseMs;
}

function roundUp(ms: number): number {
  return ms <= 0 ? 0 : Math.ceil(ms / ROUNDING_MS) * ROUNDING_MS;
}
