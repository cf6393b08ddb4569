// What a token does: it takes a seat back, or gives it up; and what an eviction does to it. Who may sit at all is decided
// elsewhere.

import type { Report } from "../../log/mod.ts";
import type { Refusal } from "../../protocol/json_rpc/mod.ts";
import type { RankManager, Seat } from "../../ranks/mod.ts";
import { DisconnectedMember } from "./disconnected_member.ts";
import { ResumeConfirmations } from "./resume_confirmations.ts";
import type { Clock } from "../../time/mod.ts";
import type { Found } from "./resume_tokens.ts";
import type { SeatReservations } from "./seat_reservations.ts";
import { type Member, Session } from "../connection/mod.ts";
import type { RosterChanges } from "./roster_changes.ts";

export interface ResumeOptions {
  readonly ranks: RankManager<Member>;
  readonly lasting: SeatReservations;
  readonly changes: RosterChanges;
  readonly report: Report;
  readonly clock: Clock;
  /** How long a session may take to show that it is there, in ms. */
  readonly answerMs: number;
  readonly nextTurn: (callback: () => void) => void;
  /** Starts the writes of what was queued. */
  readonly flush: () => void;
  /** Gives a seat up for good. */
  readonly giveUp: (seat: Seat<Member>, reason: string) => void;
  /** The session does not wait for a seat any more. */
  readonly leaveLine: (session: Session) => void;
  /** Called with a session that has a lease. */
  readonly onLease: (session: Session) => void;
}

const BAD_TOKEN: Refusal = { reason: "unauthenticated", message: "this resume token is not good (any more)" };

export class Resume {
  readonly #options: ResumeOptions;
  readonly #confirmations: ResumeConfirmations;

  constructor(options: ResumeOptions) {
    this.#options = options;
    this.#confirmations = new ResumeConfirmations(options.clock, options.answerMs);
  }

  /** Whether {@linkcode resume} would be refused. */
  refuseToken(session: Session, token: string): Refusal | undefined {
    const found = this.#find(session, token);
    // A token that was used just now is good again only when the connection that it was used on has ended.
    return found === undefined || (found.isEarlier && found.seat.member.isOpen) ? BAD_TOKEN : undefined;
  }

  /**
   * Whether it is unclear who has the seat: the token was used just now, on a connection that is open. Then `decided` is
   * called a turn after that is clear, and {@linkcode resume} says what has come of it.
   */
  isContested(session: Session, token: string, decided: () => void): boolean {
    const { nextTurn, flush } = this.#options;
    const found = this.#find(session, token);
    const holder = found?.isEarlier === true ? found.seat.member : undefined;
    if (!(holder instanceof Session) || !holder.isOpen) return false;
    const tell = () =>
      nextTurn(() => {
        decided();
        flush();
      });
    // One at a time; whoever comes third has its answer at once.
    if (!this.#confirmations.contest(holder, tell)) nextTurn(tell);
    return true;
  }

  /** Gives a session the seat that `token` is for, in place of the one that it may have got on connecting. */
  resume(session: Session, token: string): Refusal | undefined {
    const { ranks, lasting, changes, report, giveUp, leaveLine, onLease } = this.#options;
    changes.settle();
    const refusal = this.refuseToken(session, token);
    if (refusal !== undefined || !session.isOpen) return refusal ?? BAD_TOKEN;
    const { seat } = lasting.find(token, session.identity)!;
    const before = seat.member;
    lasting.redeem(seat, token, session.identity);
    if (session.seat !== undefined) giveUp(session.seat, "resumed");
    leaveLine(session);
    session.name = before.name;
    // What it had left of its bucket, so that coming back brings it no more.
    if (before.use !== undefined) session.use = before.use;
    session.leaseMs = Math.max(session.leaseMs, before.leaseMs);
    session.seat = seat;
    ranks.replace(seat, session);
    this.#confirmations.begin(session);
    if (session.leaseMs > 0) onLease(session);
    const { ip, port } = session;
    report({ event: "client_back", ip, port, rank: seat.rank, ticket: seat.ticket });
    // The connection that had the seat may not know yet that it is dead; the token says who is right.
    before.closeWith("replaced", "another connection has taken over this seat with its token");
    changes.noteBack(seat);
    changes.settle();
    return undefined;
  }

  /** The session has answered what was asked behind its new token: the one before is used up. */
  confirm(session: Session): void {
    if (this.#confirmations.end(session) && session.seat !== undefined) {
      this.#options.lasting.confirm(session.seat);
    }
  }

  /** The session is closed, or has another seat now. */
  forget(session: Session): void {
    this.#confirmations.end(session);
  }

  /** Gives up the seat that `token` is for in the hands of `identity`: its member cannot say so itself any more. */
  release(token: string, identity: string | undefined): Refusal | undefined {
    const { lasting, giveUp } = this.#options;
    const found = lasting.find(token, identity);
    if (found === undefined) return BAD_TOKEN;
    const { seat } = found;
    lasting.forget(seat);
    seat.member.closeWith("left", "this seat was given up with its token");
    giveUp(seat, "left");
    return undefined;
  }

  /** Takes a member's seat away, though not before its lease has run out. @returns how long that takes, in ms */
  evict(seat: Seat<Member>, reason: "evicted" | "revoked" = "evicted"): number {
    const { lasting, giveUp } = this.#options;
    seat.member.closeWith(reason, "this seat was taken away by those who run the server");
    const away = seat.member;
    if (!(away instanceof DisconnectedMember)) return 0;
    const keepMs = lasting.evictAway(seat, away);
    if (keepMs <= 0) giveUp(seat, reason);
    return keepMs;
  }

  /** The seat that a session could take back with this token. */
  #find(session: Session, token: string): Found | undefined {
    const found = this.#options.lasting.find(token, session.identity);
    return found === undefined || found.isEvicted || found.seat === session.seat ? undefined : found;
  }
}
