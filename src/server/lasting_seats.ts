// What makes a seat outlast a connection: the grace after which it is given up, the lease before which it is not, the
// token that takes it back, and the store that keeps all of this over a restart. It does not know ranks.

import type { CloseReason } from "../protocol/methods.ts";
import type { Seat } from "../ranks/rank_manager.ts";
import { AwayMember } from "./away_member.ts";
import type { Clock } from "./deadlines.ts";
import { KeptSeats, type TokenSource } from "./kept_seats.ts";
import type { Member } from "./member.ts";
import type { SeatRecord, SeatStore } from "./seat_store.ts";
import type { Session } from "./session.ts";

export interface LastingSeatsOptions {
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
export const LEAST_LEASE_MS = 100;

/** Times to keep are rounded up to whole multiples, so that those of many members fall together. */
const KEEP_STEP_MS = 10;

export class LastingSeats {
  readonly #options: LastingSeatsOptions;
  readonly #kept: KeptSeats;

  constructor(options: LastingSeatsOptions) {
    const { tokens, clock, store, onLapsed } = options;
    this.#options = options;
    this.#kept = new KeptSeats(tokens, clock, (seat) => {
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
   * @returns how many there are
   */
  restore(capacity: number, seat: (ticket: number, member: Member) => Seat<Member>): number {
    const { store, graceMs, clock } = this.#options;
    const records = store.load();
    for (const record of records.slice(0, capacity)) {
      const { ticket, tokenHash, leaseMs } = record;
      // A lease was promised, whatever the configuration says today.
      const member = new AwayMember(record, clock.now() + leaseMs);
      this.#kept.restore(seat(ticket, member), tokenHash, toStep(Math.max(graceMs, leaseMs)));
    }
    for (const { ticket } of records.slice(capacity)) store.remove(ticket);
    return Math.min(records.length, capacity);
  }

  /** A new token for a member that may come back and has none that is good; `undefined` for all others. */
  issueToken(session: Session, seat: Seat<Member>): string | undefined {
    const mayComeBack = session.mode !== "text" && (this.#options.graceMs > 0 || session.leaseMs > 0);
    if (!mayComeBack) {
      this.forget(seat);
      return undefined;
    }
    if (this.#kept.hashOf(seat) !== undefined) return undefined;
    const { token, hash } = this.#kept.issue(seat);
    this.#options.store.save(toRecord(seat, hash));
    return token;
  }

  /** What is stored of the member has changed. */
  saveAgain(seat: Seat<Member>): void {
    const hash = this.#kept.hashOf(seat);
    if (hash !== undefined) this.#options.store.save(toRecord(seat, hash));
  }

  /** A lease only grows while a seat lasts: its holder may not know yet that a shorter one was granted. */
  grantLease(session: Session, leaseMs: number): void {
    const granted = Math.min(Math.max(leaseMs, LEAST_LEASE_MS), this.#options.maxLeaseMs);
    session.leaseMs = Math.max(session.leaseMs, granted);
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
    if (isTakenAway(reason)) this.#revoke(seat);
    return new AwayMember(session, leaseEnd(session));
  }

  /** Takes the seat from a member that is away already, but for its lease. @returns for how long that lasts, in ms */
  evictAway(seat: Seat<Member>, member: AwayMember): number {
    const keepMs = toStep(member.leaseUntil - this.#options.clock.now());
    this.#revoke(seat);
    if (keepMs > 0) this.#kept.keepFor(seat, keepMs);
    return keepMs;
  }

  /** The seat that a token in the hands of this identity is for; `undefined` when it is for none (any more). */
  find(token: string, identity: string | undefined): Seat<Member> | undefined {
    return this.#kept.find(token, identity);
  }

  /** The seat is taken back: its token was good for that once. */
  redeem(seat: Seat<Member>): void {
    this.#kept.revoke(seat);
    this.#kept.markBack(seat);
  }

  /** The seat was given up for good, and its token is worth nothing from now on. */
  forget(seat: Seat<Member>): void {
    if (this.#kept.forget(seat)) this.#options.store.remove(seat.ticket);
  }

  stop(): void {
    this.#kept.stop();
  }

  /** Replaces the token by one that nobody has been told, so that the seat is still kept over a restart. */
  #revoke(seat: Seat<Member>): void {
    const { hash } = this.#kept.issue(seat);
    this.#options.store.save(toRecord(seat, hash));
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

function toRecord({ ticket, member }: Seat<Member>, tokenHash: string): SeatRecord {
  const { ip, port, name, since, leaseMs } = member;
  return { ticket, tokenHash, name, ip, port, since, leaseMs };
}
