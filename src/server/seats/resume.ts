// Resuming a seat with a token, and releasing it with a token.

import { clientRef, type Report } from "../../log/mod.ts";
import type { Refusal } from "../../protocol/json_rpc/mod.ts";
import type { Clock } from "../../time/mod.ts";
import { Session } from "../connection/mod.ts";
import { ResumeConfirmations } from "./resume_confirmations.ts";
import type { Departures } from "./departures.ts";
import type { MemberSeat, RosterChanges } from "./roster_changes.ts";
import type { FoundSeat, SeatTokens } from "./seat_tokens.ts";

export interface ResumeOptions {
  readonly changes: RosterChanges;
  /** Several servers share the roster. */
  readonly isShared: boolean;
  readonly tokens: SeatTokens;
  readonly departures: Departures;
  readonly report: Report;
  readonly clock: Clock;
  /** How long a session may take to confirm its new token when another connection presents the previous one, in ms. */
  readonly confirmMs: number;
  readonly afterIo: (callback: () => void) => void;
  /** Starts writing what has been queued. */
  readonly flush: () => void;
  /** An id in the journal that no session has had before. */
  readonly newId: () => string;
  /** Called with a session that has a lease. */
  readonly onLease: (session: Session) => void;
}

const INVALID_TOKEN: Refusal = {
  reason: "unauthenticated",
  message: "Invalid or expired resume token",
};

const NOT_RELEASED: Refusal = {
  reason: "unavailable",
  message: "The seat was not released: the log that this server shares with others cannot be reached, " +
    "or the seat has just changed. Try again",
};

export class Resume {
  readonly #options: ResumeOptions;
  readonly #confirmations: ResumeConfirmations;
  /** Sessions that contest a seat whose client is on another server. */
  readonly #contending = new Set<Session>();

  constructor(options: ResumeOptions) {
    this.#options = options;
    this.#confirmations = new ResumeConfirmations(options.clock, options.confirmMs);
  }

  /** Why {@linkcode resume} would be refused, if it would. */
  refuseToken(session: Session, token: string): Refusal | undefined {
    const found = this.#find(session, token);
    // A used token is valid again only when the connection that used it has ended without confirming the new one.
    const isInUse = found?.isUsed === true &&
      (this.#contending.has(session) || found.seat.member instanceof Session && found.seat.member.isOpen);
    return found === undefined || isInUse ? INVALID_TOKEN : undefined;
  }

  /**
   * Whether the token was used by another connection that is open and has not confirmed its new token. Then `decided` is
   * called when it has confirmed or is closed, and {@linkcode resume} gives the result.
   */
  isContested(session: Session, token: string, decided: () => void): boolean {
    const { afterIo, clock, confirmMs, flush } = this.#options;
    const found = this.#find(session, token);
    const holder = found?.isUsed === true ? found.seat.member : undefined;
    if (holder === undefined || !holder.isOpen) return false;
    const decideLater = () =>
      afterIo(() => {
        decided();
        flush();
      });
    if (!(holder instanceof Session)) {
      // Its server has given it a new token. If that does not hear from it in time, it may be gone itself.
      if (this.#contending.has(session)) {
        afterIo(decideLater);
        return true;
      }
      this.#contending.add(session);
      clock.after(confirmMs, () => {
        this.#contending.delete(session);
        decideLater();
      });
      return true;
    }
    // One connection at a time may contest a seat; a further one gets its answer without waiting.
    if (!this.#confirmations.contest(holder, decideLater)) afterIo(decideLater);
    return true;
  }

  /** Moves a session to the seat of `token`, with the last of its records. A seat that it got when it connected is freed. */
  resume(session: Session, token: string): Refusal | undefined {
    this.#options.changes.settle();
    const refusal = this.refuseToken(session, token);
    if (refusal !== undefined || !session.isOpen) return refusal ?? INVALID_TOKEN;
    const { seat, hash: presented } = this.#find(session, token)!;
    const { ticket, client: { n } } = seat;
    this.#stopWaiting(session, () => {
      this.#freeSeat(session, () => this.#claim(session, seat, { ticket, n, presented }));
    });
    return undefined;
  }

  #stopWaiting(session: Session, stopped: () => void): void {
    const { changes } = this.#options;
    if (!changes.waiting.has(session)) return stopped();
    changes.await(session, changes.append({ kind: "withdraw", id: session.id }), stopped);
  }

  /** A session has one seat at a time: commands for another one would reach it too. */
  #freeSeat(session: Session, freed: () => void): void {
    const { changes, departures } = this.#options;
    if (session.seat === undefined) return freed();
    changes.await(session, departures.free(session.seat, "resumed"), freed);
  }

  /** @param found as the seat was when the token was found: if another connection has it now, the record is void. */
  #claim(
    session: Session,
    { member: before }: MemberSeat,
    found: { readonly ticket: number; readonly n: number; readonly presented: string },
  ): void {
    const { changes, tokens, departures, newId } = this.#options;
    const id = session.id = newId();
    session.name = before.name;
    // So that reconnecting does not refill the rate limit's bucket.
    if (before.rate !== undefined) session.rate = before.rate;
    session.leaseMs = Math.max(session.leaseMs, before.leaseMs);
    departures.release(before);
    const hash = tokens.issue(session);
    const from = this.#options.isShared ? { ip: session.ip, port: session.port } : {};
    changes.arrive(session, { kind: "claim", ...found, id, hash, ...from });
    changes.whenApplied(session, () => this.#resumed(session));
  }

  #resumed(session: Session): void {
    const { changes, report, onLease } = this.#options;
    changes.settle();
    if (session.seat === undefined) return;
    const { rank, ticket } = session.seat;
    this.#confirmations.begin(session);
    if (session.leaseMs > 0) onLease(session);
    report({ event: "client_back", ...clientRef(session), rank, ticket });
  }

  /** The session has answered the ping that followed its new token: the previous token becomes invalid. */
  confirm(session: Session): void {
    const { seat } = session;
    if (!this.#confirmations.end(session) || seat === undefined) return;
    this.#options.changes.appendTo(seat, { kind: "confirm" });
  }

  /** The session is closed, or has another seat now. */
  forget(session: Session): void {
    this.#confirmations.end(session);
  }

  /**
   * Releases the seat of `token` for `identity`, on behalf of a member that is disconnected. Where several servers share the
   * roster, the result is known later.
   */
  release(
    token: string,
    identity: string | undefined,
  ): Refusal | undefined | Promise<Refusal | undefined> {
    const { tokens, departures, isShared } = this.#options;
    const found = tokens.find(token, identity);
    if (found === undefined) return INVALID_TOKEN;
    const { seat } = found;
    if (isShared && !(seat.member instanceof Session)) {
      return this.#releaseElsewhere(found);
    }
    if (seat.member instanceof Session) seat.member.hasLeft = true;
    seat.member.closeWith("left", "This seat was released with its resume token");
    departures.free(seat, "left");
    return undefined;
  }

  /** Only the server of a client can free its seat, so this one becomes that, without a connection. */
  async #releaseElsewhere({ seat, hash: presented }: FoundSeat): Promise<Refusal | undefined> {
    const { changes, newId } = this.#options;
    const isClaimed = await changes.appendTo(seat, { kind: "claim", id: newId(), presented });
    return isClaimed && await changes.appendTo(seat, { kind: "leave" }) ? undefined : NOT_RELEASED;
  }

  /** The seat that a session could resume with this token. */
  #find(session: Session, token: string): FoundSeat | undefined {
    const found = this.#options.tokens.find(token, session.identity);
    return found === undefined || found.seat.client.isEvicted || found.seat === session.seat
      ? undefined
      : found;
  }
}
