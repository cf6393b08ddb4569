// How long the seats of disconnected members are kept: for the grace period, and for the rest of a lease.

import type { RosterSeat } from "../../journal/mod.ts";
import type { CloseReason } from "../../protocol/methods/mod.ts";
import { type Clock, Deadlines } from "../../time/mod.ts";
import type { Member, Session } from "../connection/mod.ts";
import { DisconnectedMember } from "./disconnected_member.ts";

/** Times are rounded up to multiples of this, so that many of them end at the same time. */
const ROUNDING_MS = 10;

export class AwaySeats {
  readonly #graceMs: number;
  readonly #clock: Clock;
  readonly #deadlines: Deadlines<DisconnectedMember>;

  /**
   * @param graceMs how long the seat of a disconnected member is kept, in ms.
   * @param onLapsed called when that time is over.
   */
  constructor(graceMs: number, clock: Clock, onLapsed: (seat: RosterSeat<Member>) => void) {
    this.#graceMs = graceMs;
    this.#clock = clock;
    this.#deadlines = new Deadlines(clock, (member) => {
      member.keepMs = undefined;
      onLapsed(member.seat);
    });
  }

  get size(): number {
    return this.#deadlines.size;
  }

  /** Keeps a seat of an earlier server process, as if its member had just been disconnected. */
  restore(seat: RosterSeat<Member>): DisconnectedMember {
    const { client } = seat;
    // A lease is a promise: it holds even if the configuration has changed.
    const member = new DisconnectedMember(client, seat, this.#clock.now() + client.leaseMs);
    this.#keep(member, roundUp(Math.max(client.isEvicted ? 0 : this.#graceMs, client.leaseMs)));
    return member;
  }

  /** How long the seat of a member that is leaving must be kept, in ms; 0: not at all. */
  keepMs(session: Session, { client }: RosterSeat<Member>, reason: CloseReason): number {
    // A text session is a person at a keyboard, and a connection that never sent a line is a probe or a port scan.
    const mayResume = session.mode === "json" && !session.hasLeft;
    if (!mayResume || client.hash === undefined) return 0;
    // An evicted member must not come back, but the program that it leads needs the rest of the lease to stop.
    const graceMs = client.isEvicted || isEviction(reason) ? 0 : this.#graceMs;
    return roundUp(Math.max(graceMs, leaseEnd(session) - this.#clock.now()));
  }

  /** Keeps the seat of a member that was disconnected. @returns the seat's new holder */
  keep(session: Session, seat: RosterSeat<Member>, keepMs: number): DisconnectedMember {
    const member = new DisconnectedMember(session, seat, leaseEnd(session));
    this.#keep(member, keepMs);
    return member;
  }

  /** The member was evicted: its seat is kept for the rest of its lease only. @returns how long that is, in ms */
  shorten(member: DisconnectedMember): number {
    const restMs = roundUp(member.leaseUntil - this.#clock.now());
    if (restMs > 0) this.#keep(member, restMs);
    return restMs;
  }

  /** The member has another holder, or is gone. */
  release(member: Member): void {
    if (!(member instanceof DisconnectedMember) || member.keepMs === undefined) return;
    this.#deadlines.remove(member, member.keepMs);
    member.keepMs = undefined;
  }

  /** Stops the timer. */
  stop(): void {
    this.#deadlines.clear();
  }

  #keep(member: DisconnectedMember, keepMs: number): void {
    this.release(member);
    member.keepMs = keepMs;
    this.#deadlines.add(member, keepMs);
  }
}

export function isEviction(reason: CloseReason): boolean {
  return reason === "evicted" || reason === "revoked";
}

/** When the lease of a session ends, on the server's clock. */
function leaseEnd(session: Session): number {
  return session.lastHeardAt + session.leaseMs;
}

function roundUp(ms: number): number {
  return ms <= 0 ? 0 : Math.ceil(ms / ROUNDING_MS) * ROUNDING_MS;
}
