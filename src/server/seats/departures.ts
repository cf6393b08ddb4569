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
  readonly clock: Clock;
  readonly report: Report;
  /** How long the seat of a disconnected member is kept, in ms. */
  readonly graceMs: number;
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
    return this.#deadlines.size;
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
    const { changes, clock, report } = this.#options;
    const keepMs = this.#keepMs(session, seat, reason);
    if (keepMs <= 0) return this.free(seat, reason);
    const leaseUntil = leaseEnd(session);
    const leaseRestMs = Math.ceil(Math.max(0, leaseUntil - clock.now())) || undefined;
    if (isEviction(reason) && !seat.client.isEvicted) changes.appendTo(seat, { kind: "evict" });
    changes.appendTo(seat, { kind: "away", leaseRestMs });
    this.#keep(new DisconnectedMember(session, seat, leaseUntil), keepMs);
    const { rank, ticket } = seat;
    report({ event: "client_away", ...clientRef(session), rank, ticket, reason, keep_ms: keepMs });
  }

  free(seat: MemberSeat, reason: string): void {
    const { changes, report } = this.#options;
    if (!changes.state.isSeated(seat)) return;
    const { rank, ticket, member } = seat;
    this.release(member);
    report({ event: "client_left", ...clientRef(member), rank, ticket, reason });
    // One that is away and leaves has released its seat itself.
    changes.appendTo(seat, { kind: seat.client.isAway && reason !== "left" ? "lapse" : "leave" });
  }

  /**
   * Evicts a member; its seat is freed when its lease has ended.
   *
   * @param by the name of the token of the client that requested it
   * @returns how long that takes, in ms
   */
  evict(seat: MemberSeat, reason: "evicted" | "revoked", by: string | undefined): number {
    this.#options.changes.appendTo(seat, { kind: "evict", by });
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
    // A text session is a person at a keyboard, and a connection that never sent a line is a probe or a port scan.
    const mayResume = session.mode === "json" && !session.hasLeft;
    if (!mayResume || client.hash === undefined) return 0;
    // An evicted member must not come back, but the program that it leads needs the rest of the lease to stop.
    const graceMs = client.isEvicted || isEviction(reason) ? 0 : this.#options.graceMs;
    return roundUp(Math.max(graceMs, leaseEnd(session) - this.#options.clock.now()));
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
