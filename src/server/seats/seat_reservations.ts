// Reserves the seats of disconnected members: for the grace period, for the rest of a lease, and, through the store, over a
// restart of the server. It does not know ranks.

import type { CloseReason } from "../../protocol/methods/mod.ts";
import type { Seat } from "../../ranks/mod.ts";
import type { Clock } from "../../time/mod.ts";
import type { Member, Session } from "../connection/mod.ts";
import { DisconnectedMember } from "./disconnected_member.ts";
import { type FoundSeat, ResumeTokens, type TokenSource } from "./resume_tokens.ts";
import type { SeatStore } from "./seat_store.ts";

export interface SeatReservationsOptions {
  /** How long the seat of a disconnected member stays reserved, in ms. */
  readonly graceMs: number;
  /** The longest lease that is granted, in ms. */
  readonly maxLeaseMs: number;
  readonly store: SeatStore;
  readonly tokens: TokenSource;
  readonly clock: Clock;
  /** Called when a reservation has expired. */
  readonly onExpired: (seat: Seat<Member>) => void;
}

/** A shorter lease would require checking for silence all the time. */
export const MIN_LEASE_MS = 100;

/** Reservations are rounded up to multiples of this, so that many of them expire at the same time. */
const ROUNDING_MS = 10;

export class SeatReservations {
  readonly #options: SeatReservationsOptions;
  readonly #tokens: ResumeTokens;

  constructor(options: SeatReservationsOptions) {
    const { tokens, clock, store, onExpired } = options;
    this.#options = options;
    this.#tokens = new ResumeTokens(tokens, clock, (seat) => {
      store.remove(seat.ticket);
      onExpired(seat);
    });
  }

  /** The number of seats that can be resumed. */
  get size(): number {
    return this.#tokens.size;
  }

  get disconnectedCount(): number {
    return this.#tokens.disconnectedCount;
  }

  /**
   * Restores the stored seats, as if all members had just been disconnected. Beyond `capacity`, the last ones are dropped.
   *
   * @param restoreSeat gives a member its former place.
   * @returns how many were restored, and the longest of their reservations in ms
   */
  restore(
    capacity: number,
    restoreSeat: (ticket: number, member: Member) => Seat<Member>,
  ): { readonly count: number; readonly keepMs: number } {
    const { store, graceMs, clock } = this.#options;
    const records = store.load();
    let longestMs = 0;
    for (const record of records.slice(0, capacity)) {
      const { ticket, leaseMs, isEvicted } = record;
      // A lease is a promise: it holds even if the configuration has changed.
      const member = new DisconnectedMember(record, clock.now() + leaseMs);
      const keepMs = roundUp(Math.max(isEvicted ? 0 : graceMs, leaseMs));
      this.#tokens.restore(restoreSeat(ticket, member), record, keepMs);
      longestMs = Math.max(longestMs, keepMs);
    }
    for (const { ticket } of records.slice(capacity)) store.remove(ticket);
    return { count: Math.min(records.length, capacity), keepMs: longestMs };
  }

  /** A resume token for a member that may come back and has no valid token; `undefined` for others. */
  issueToken(session: Session, seat: Seat<Member>): string | undefined {
    const mayResume = session.mode !== "text" && (this.#options.graceMs > 0 || session.leaseMs > 0);
    if (!mayResume) {
      this.remove(seat);
      return undefined;
    }
    if (this.#tokens.storedTokens(seat) !== undefined) return undefined;
    const token = this.#tokens.issue(seat);
    this.save(seat);
    return token;
  }

  /** Stores the current data of a seat that can be resumed, unless its connection has sent no line yet. */
  save(seat: Seat<Member>): void {
    if (seat.member.mode === "undecided") return;
    const stored = this.#tokens.storedTokens(seat);
    if (stored === undefined) return;
    const { ticket, member: { ip, port, name, since, leaseMs } } = seat;
    this.#options.store.save({ ticket, ip, port, name, since, leaseMs, ...stored });
  }

  /**
   * Grants a lease within the limits. A lease is never shortened: its holder may not know that a shorter one was granted.
   *
   * @returns whether it was extended
   */
  grantLease(session: Session, leaseMs: number): boolean {
    const granted = Math.min(Math.max(leaseMs, MIN_LEASE_MS), this.#options.maxLeaseMs);
    if (granted <= session.leaseMs) return false;
    session.leaseMs = granted;
    return true;
  }

  /** How long the seat of a member that is leaving must stay reserved, in ms; 0: not at all. */
  keepMs(session: Session, seat: Seat<Member>, reason: CloseReason): number {
    // A text session is a person at a keyboard, and a connection that never sent a line is a probe or a port scan.
    const mayResume = session.mode === "json" && !session.hasLeft;
    if (!mayResume || !this.#tokens.has(seat)) return 0;
    // An evicted member must not come back, but the program that it leads needs the rest of the lease to stop.
    const graceMs = isEviction(reason) ? 0 : this.#options.graceMs;
    return roundUp(Math.max(graceMs, leaseEnd(session) - this.#options.clock.now()));
  }

  /** Reserves the seat of a member that was disconnected. @returns the seat's new holder */
  reserve(session: Session, seat: Seat<Member>, keepMs: number, reason: CloseReason): Member {
    this.#tokens.reserve(seat, keepMs);
    if (isEviction(reason)) this.#evict(seat);
    return new DisconnectedMember(session, leaseEnd(session));
  }

  /** Shortens the reservation of a disconnected member to its lease. @returns the rest of the lease, in ms */
  evictDisconnected(seat: Seat<Member>, member: DisconnectedMember): number {
    const keepMs = roundUp(member.leaseUntil - this.#options.clock.now());
    this.#evict(seat);
    if (keepMs > 0) this.#tokens.reserve(seat, keepMs);
    return keepMs;
  }

  /** The seat of a token that this identity holds; `undefined` for an invalid or expired token. */
  find(token: string, identity: string | undefined): FoundSeat | undefined {
    return this.#tokens.find(token, identity);
  }

  /** The seat was resumed with this token, which a new one will replace. */
  use(seat: Seat<Member>, token: string, identity: string | undefined): void {
    this.#tokens.use(seat, token, identity);
  }

  /** The member has confirmed its new token. */
  confirm(seat: Seat<Member>): void {
    this.#tokens.confirm(seat);
    this.save(seat);
  }

  /** A disconnected member has another seat now, which it may resume as it might have resumed the first one. */
  move(from: Seat<Member>, to: Seat<Member>): void {
    this.#tokens.move(from, to);
    this.#options.store.remove(from.ticket);
    this.save(to);
  }

  /** The seat is freed: its tokens become invalid. */
  remove(seat: Seat<Member>): void {
    if (this.#tokens.remove(seat)) this.#options.store.remove(seat.ticket);
  }

  /** Stops the timers. */
  stop(): void {
    this.#tokens.stop();
  }

  /** The seat stays reserved for the lease, which the member may end by releasing it; it cannot be resumed. */
  #evict(seat: Seat<Member>): void {
    this.#tokens.evict(seat);
    this.save(seat);
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
