// What makes a seat outlast a connection: the grace after which it is given up, the lease before which it is not, the
// token that takes it back, and the store that keeps all of this over a restart. It does not know ranks.

import type { CloseReason } from "../../protocol/methods/mod.ts";
import type { Seat } from "../../ranks/mod.ts";
import { DisconnectedMember } from "./disconnected_member.ts";
import type { Clock } from "../../time/mod.ts";
import { type Found, ResumeTokens, type TokenSource } from "./resume_tokens.ts";
import type { Member, Session } from "../connection/mod.ts";
import type { SeatStore } from "./seat_store.ts";

export interface SeatReservationsOptions {
  /** How long the seat of a member whose connection broke is kept, in ms. */
  readonly graceMs: number;
  /** The longest lease that a member can have, in ms. */
  readonly maxLeaseMs: number;
  readonly store: SeatStore;
  readonly tokens: TokenSource;
  readonly clock: Clock;
  /** Called when a seat was not taken back in time. */
  readonly onLapsed: (seat: Seat<Member>) => void;
}

/** A shorter lease could not be watched over without being busy with it all the time. */
export const MIN_LEASE_MS = 100;

/** Times to keep are rounded up to whole multiples, so that those of many members fall together. */
const KEEP_STEP_MS = 10;

export class SeatReservations {
  readonly #options: SeatReservationsOptions;
  readonly #kept: ResumeTokens;

  constructor(options: SeatReservationsOptions) {
    const { tokens, clock, store, onLapsed } = options;
    this.#options = options;
    this.#kept = new ResumeTokens(tokens, clock, (seat) => {
      store.remove(seat.ticket);
      onLapsed(seat);
    });
  }

  /** Seats that can be taken back, or will lapse. */
  get size(): number {
    return this.#kept.size;
  }

  get awayCount(): number {
    return this.#kept.awayCount;
  }

  /**
   * Seats of the server's earlier life, as if all their members had just departed. When there are fewer seats now, the
   * last ones are given up.
   *
   * @param seat gives a member its old place.
   * @returns how many there are, and how long the one is kept that is kept longest
   */
  restore(
    capacity: number,
    seat: (ticket: number, member: Member) => Seat<Member>,
  ): { readonly count: number; readonly keepMs: number } {
    const { store, graceMs, clock } = this.#options;
    const records = store.load();
    let longestMs = 0;
    for (const record of records.slice(0, capacity)) {
      const { ticket, leaseMs, isEvicted } = record;
      // A lease was promised, whatever the configuration says today.
      const member = new DisconnectedMember(record, clock.now() + leaseMs);
      const keepMs = toStep(Math.max(isEvicted ? 0 : graceMs, leaseMs));
      this.#kept.restore(seat(ticket, member), record, keepMs);
      longestMs = Math.max(longestMs, keepMs);
    }
    for (const { ticket } of records.slice(capacity)) store.remove(ticket);
    return { count: Math.min(records.length, capacity), keepMs: longestMs };
  }

  /** A new token for a member that may come back and has none that is good; `undefined` for all others. */
  issueToken(session: Session, seat: Seat<Member>): string | undefined {
    const mayComeBack = session.mode !== "text" && (this.#options.graceMs > 0 || session.leaseMs > 0);
    if (!mayComeBack) {
      this.forget(seat);
      return undefined;
    }
    if (this.#kept.keepingOf(seat) !== undefined) return undefined;
    const token = this.#kept.issue(seat);
    this.saveAgain(seat);
    return token;
  }

  /** What is stored of the member has changed. */
  saveAgain(seat: Seat<Member>): void {
    const keeping = this.#kept.keepingOf(seat);
    if (keeping === undefined) return;
    const { ticket, member: { ip, port, name, since, leaseMs } } = seat;
    this.#options.store.save({ ticket, ip, port, name, since, leaseMs, ...keeping });
  }

  /**
   * A lease only grows while a seat lasts: its holder may not know yet that a shorter one was granted.
   *
   * @returns whether it has grown
   */
  grantLease(session: Session, leaseMs: number): boolean {
    const granted = Math.min(Math.max(leaseMs, MIN_LEASE_MS), this.#options.maxLeaseMs);
    if (granted <= session.leaseMs) return false;
    session.leaseMs = granted;
    return true;
  }

  /** How long the seat of a member that departs is to be kept, in ms; 0: not at all. */
  keepMs(session: Session, seat: Seat<Member>, reason: CloseReason): number {
    // A text session is a person at a keyboard.
    if (session.hasLeft || session.mode === "text" || !this.#kept.has(seat)) return 0;
    // Who was evicted is not to come back; but a program that it leads needs its time to stop.
    const graceMs = isTakenAway(reason) ? 0 : this.#options.graceMs;
    return toStep(Math.max(graceMs, leaseEnd(session) - this.#options.clock.now()));
  }

  /** The member is gone, and its seat is kept for so long. @returns who holds it meanwhile */
  markAway(session: Session, seat: Seat<Member>, keepMs: number, reason: CloseReason): Member {
    this.#kept.keepFor(seat, keepMs);
    if (isTakenAway(reason)) this.#evict(seat);
    return new DisconnectedMember(session, leaseEnd(session));
  }

  /** Takes the seat from a member that is away already, but for its lease. @returns for how long that lasts, in ms */
  evictAway(seat: Seat<Member>, member: DisconnectedMember): number {
    const keepMs = toStep(member.leaseUntil - this.#options.clock.now());
    this.#evict(seat);
    if (keepMs > 0) this.#kept.keepFor(seat, keepMs);
    return keepMs;
  }

  /** The seat that a token in the hands of this identity is for; `undefined` when it is for none (any more). */
  find(token: string, identity: string | undefined): Found | undefined {
    return this.#kept.find(token, identity);
  }

  /** The seat is taken back with this token, which a new one is to replace. */
  redeem(seat: Seat<Member>, token: string, identity: string | undefined): void {
    this.#kept.redeem(seat, token, identity);
  }

  /** The member has that new one. */
  confirm(seat: Seat<Member>): void {
    this.#kept.confirm(seat);
    this.saveAgain(seat);
  }

  /** The seat was given up for good, and its token is worth nothing from now on. */
  forget(seat: Seat<Member>): void {
    if (this.#kept.forget(seat)) this.#options.store.remove(seat.ticket);
  }

  stop(): void {
    this.#kept.stop();
  }

  /** Its lease holds, and its member may end that sooner; nobody takes it back. */
  #evict(seat: Seat<Member>): void {
    this.#kept.evict(seat);
    this.saveAgain(seat);
  }
}

/** Whether somebody else wants the member to be gone. */
function isTakenAway(reason: CloseReason): boolean {
  return reason === "evicted" || reason === "revoked";
}

/** When the promise ends not to give the seat away, on the server's clock. */
function leaseEnd(session: Session): number {
  return session.lastHeardAt + session.leaseMs;
}

function toStep(ms: number): number {
  return ms <= 0 ? 0 : Math.ceil(ms / KEEP_STEP_MS) * KEEP_STEP_MS;
}
