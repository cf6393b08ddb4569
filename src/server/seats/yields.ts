// Members that yield: one that asks for it, or all members above the one that the operator raises. They move to the end of
// the order as one change, with new tickets. A leader stops its program first: it is asked to yield, and the raise waits
// for it.

import type { Place } from "../../protocol/methods/mod.ts";
import type { Refusal } from "../../protocol/json_rpc/mod.ts";
import { clientRef, type Report } from "../../log/mod.ts";
import type { Clock } from "../../time/mod.ts";
import { type Member, Session } from "../connection/mod.ts";
import type { Departures } from "./departures.ts";
import { DisconnectedMember } from "./disconnected_member.ts";
import { CANNOT_LEAD, mayLead, MUST_YIELD, NOT_SHARED } from "./may_lead.ts";
import type { Resume } from "./resume.ts";
import type { MemberSeat, RosterChanges } from "./roster_changes.ts";
import type { SeatTokens } from "./seat_tokens.ts";
import type { WelcomeBuilder } from "./welcome.ts";

export interface YieldsOptions {
  readonly changes: RosterChanges;
  /** Several servers share the roster. */
  readonly isShared: boolean;
  readonly tokens: SeatTokens;
  readonly welcomes: WelcomeBuilder;
  readonly departures: Departures;
  readonly resume: Resume;
  readonly clock: Clock;
  readonly report: Report;
  /** How many members of one raise are logged one by one; beyond it only their number is. */
  readonly logPromotions: number;
  /** Called with a member that is about to move because another one is raised. */
  readonly onMoved: (session: Session) => void;
  /** Starts writing what has been queued. */
  readonly flush: () => void;
}

/** A raise that waits until the leader has yielded or left. */
interface WaitingRaise {
  readonly leader: MemberSeat;
  /** Absent: it has left, and the leader was asked to yield all the same. */
  readonly raised: MemberSeat | undefined;
  /** On the server's clock. */
  readonly endsBy: number;
  readonly stopTimer: () => void;
}

interface Moved {
  readonly old: MemberSeat;
  readonly seat: MemberSeat;
}

export class Yields {
  readonly #options: YieldsOptions;
  #waiting: WaitingRaise | undefined;

  constructor(options: YieldsOptions) {
    this.#options = options;
  }

  /**
   * Moves a member to the end of the order, and with it all members above one that is raised, if that waited for this
   * member. A session that was closed in the meantime keeps its place.
   *
   * @param moved called with its place
   */
  moveToEnd(session: Session, moved: (place: Place) => void): void {
    const { changes, isShared } = this.#options;
    changes.settle();
    if (isShared) this.#moveLater(session, moved);
    else moved(this.#moveNow(session));
  }

  #moveLater(session: Session, moved: (place: Place) => void): void {
    const { changes, resume, tokens, welcomes } = this.#options;
    const old = session.seat!;
    resume.forget(session);
    changes.request(session, old, { kind: "yield", hash: tokens.issue(session) });
    changes.whenApplied(session, () => {
      changes.settle();
      const seat = session.seat!;
      this.#reportYields([{ old, seat }]);
      moved(welcomes.place(seat));
    });
  }

  #moveNow(session: Session): Place {
    const { welcomes } = this.#options;
    const old = session.seat!;
    if (!session.isOpen) return welcomes.place(old);
    const raised = this.#waiting?.leader === old ? this.#endWait() : undefined;
    const moved = raised === undefined
      ? this.#move([old], (moved) => this.#reportYields(moved))
      : this.#raise(raised, session);
    const own = moved.find((one) => one.old === old)!;
    return welcomes.place(own.seat);
  }

  /**
   * Moves all members above `raised` to the end of the order. When rank 0 may be leading, that happens when it has yielded
   * or left; it is evicted when it has not yielded within its lease.
   *
   * @returns the longest time that this may take, in ms; a refusal when the raised member could not lead instead, or is
   * the leader that an earlier raise waits for
   */
  raise(raised: MemberSeat): number | Refusal {
    const { changes, clock, isShared } = this.#options;
    if (isShared) return NOT_SHARED;
    changes.settle();
    const leader = changes.state.roster[0]!;
    const isLeading = this.#mayBeLeading(leader.member);
    if (leader !== raised && isLeading && !mayLead(raised.member)) return CANNOT_LEAD;
    const waiting = this.#waiting;
    if (waiting !== undefined) {
      if (leader === raised) return MUST_YIELD;
      this.#waiting = { ...waiting, raised };
      return Math.max(1, Math.ceil(waiting.endsBy - clock.now()));
    }
    if (leader === raised) return 0;
    if (!isLeading) {
      this.#raise(raised);
      changes.settle();
      return 0;
    }
    return leader.member instanceof Session
      ? this.#ask(leader, leader.member, raised)
      : this.#awaitLease(leader, raised);
  }

  /** Carries out the raise that waits for a leader, if that has left. To be called before departures are applied. */
  settle(): void {
    const { state } = this.#options.changes;
    const waiting = this.#waiting;
    if (waiting === undefined) return;
    const { leader, raised } = waiting;
    if (raised !== undefined && !state.isSeated(raised)) {
      this.#waiting = { ...waiting, raised: undefined };
      this.#reportCancelled(raised, "left");
    }
    if (state.isSeated(leader)) return;
    const next = this.#endWait();
    if (next !== undefined) this.#raise(next);
  }

  /** Stops the timer. */
  stop(): void {
    this.#waiting?.stopTimer();
  }

  #mayBeLeading(member: Member): boolean {
    if (member instanceof DisconnectedMember) return member.leaseUntil > this.#options.clock.now();
    return member.leaseMs > 0;
  }

  #ask(leader: MemberSeat, session: Session, raised: MemberSeat): number {
    const { clock, report } = this.#options;
    const { leaseMs } = session;
    const { rank, ticket } = leader;
    // One lease to yield, and another one to stop when it does not.
    const waitMs = 2 * leaseMs;
    const stopTimer = clock.after(leaseMs, () => this.#overdue());
    this.#waiting = { leader, raised, endsBy: clock.now() + waitMs, stopTimer };
    report({ event: "yield_requested", ...clientRef(session), rank, ticket, within_ms: leaseMs });
    session.notify({ method: "yield_requested", params: { within_ms: leaseMs } });
    return waitMs;
  }

  /** The leader is disconnected, and its program may run until its lease ends. */
  #awaitLease(leader: MemberSeat, raised: MemberSeat): number {
    const { leaseUntil } = leader.member as DisconnectedMember;
    this.#waiting = { leader, raised, endsBy: leaseUntil, stopTimer: () => {} };
    const keepMs = this.#evict(leader);
    this.#options.changes.settle();
    return keepMs;
  }

  /** The leader has not yielded in time. A program that runs there has the rest of the lease to stop. */
  #overdue(): void {
    const { changes, flush } = this.#options;
    changes.settle();
    if (this.#waiting !== undefined) {
      const { leader, raised } = this.#waiting;
      if (raised !== undefined && mayLead(raised.member)) this.#evict(leader);
      else this.#endWait();
    }
    changes.settle();
    flush();
  }

  /** @returns how long its seat stays empty, in ms */
  #evict(seat: MemberSeat): number {
    const { departures, report } = this.#options;
    const { rank, ticket, member } = seat;
    const { keepMs } = departures.evict(seat, "evicted", undefined);
    report({ event: "client_evicted", ...clientRef(member), rank, ticket, keep_ms: keepMs });
    return keepMs;
  }

  /** @returns the member to raise now: the one that was raised, unless it has left or could not lead */
  #endWait(): MemberSeat | undefined {
    const { raised, stopTimer } = this.#waiting!;
    stopTimer();
    this.#waiting = undefined;
    if (raised === undefined || mayLead(raised.member)) return raised;
    this.#reportCancelled(raised, "disconnected");
    return undefined;
  }

  #reportCancelled({ ticket, member }: MemberSeat, reason: "left" | "disconnected"): void {
    this.#options.report({ event: "raise_cancelled", ...clientRef(member), ticket, reason });
  }

  /** @param yielding gets its place as the answer to its own request */
  #raise(raised: MemberSeat, yielding?: Session): Moved[] {
    const { changes: { state }, report, onMoved, welcomes, logPromotions } = this.#options;
    const was = raised.rank;
    const above = state.roster.slice(0, was);
    for (const { member } of above) {
      if (member !== yielding && member instanceof Session) onMoved(member);
    }
    const moved = this.#move(above.filter((seat) => state.isSeated(seat)), (moved) => {
      const { ticket, rank, member } = raised;
      report({ event: "client_raised", ...clientRef(member), ticket, rank, was, above: moved.length });
      if (moved.length <= logPromotions) this.#reportYields(moved);
    });
    for (const { seat } of moved) {
      if (seat.member === yielding || !state.isSeated(seat)) continue;
      seat.member.notify({ method: "welcome", params: welcomes.welcome(seat) });
    }
    return moved;
  }

  /** As one change, together with the departures that were recorded. */
  #move(seats: readonly MemberSeat[], onMoved: (moved: readonly Moved[]) => void): Moved[] {
    const { changes } = this.#options;
    const moved = seats.map((old) => this.#moveOne(old));
    const change = changes.close()!;
    onMoved(moved);
    changes.announce(change);
    return moved;
  }

  #reportYields(moved: readonly Moved[]): void {
    for (const { old, seat: { rank, ticket, member } } of moved) {
      this.#options.report({ event: "client_yielded", ...clientRef(member), rank, was: old.rank, ticket });
    }
  }

  #moveOne(old: MemberSeat): Moved {
    const { changes, resume, tokens } = this.#options;
    const { member, client: { id } } = old;
    let hash: string | undefined;
    if (member instanceof Session) {
      resume.forget(member);
      hash = tokens.issue(member);
    }
    changes.appendTo(old, { kind: "yield", hash });
    return { old, seat: changes.state.seatById(id)! };
  }
}
