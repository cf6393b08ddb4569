// Who gets a seat, who waits for one, who takes one back, and when one is given up. The rank manager knows the order;
// this file knows the sessions. Departures are applied a turn later, all of a turn as one change, or as soon as anybody
// looks at the roster.

import type { Refusal } from "../protocol/errors.ts";
import type { CloseReason, Place, Roster, Welcome } from "../protocol/methods.ts";
import type { Report } from "../log/server_event.ts";
import { visible } from "../log/visible_text.ts";
import { RankManager, type Seat } from "../ranks/rank_manager.ts";
import { AwayMember } from "./away_member.ts";
import type { TokenSource } from "./kept_seats.ts";
import { LastingSeats } from "./lasting_seats.ts";
import type { Member } from "./member.ts";
import { RosterNews, showMember } from "./roster_news.ts";
import type { SeatStore } from "./seat_store.ts";
import type { Session } from "./session.ts";
import { WaitingRoom } from "./waiting_room.ts";
import { type WelcomeOptions, Welcomes } from "./welcomes.ts";

export interface SeatingOptions extends WelcomeOptions {
  readonly capacity: number;
  /** Most sessions that wait for a seat; 0: who finds none is refused. */
  readonly waitingCapacity: number;
  /** Promotions of one change that are logged one by one; beyond that in one line. */
  readonly logPromotions: number;
  readonly store: SeatStore;
  readonly tokens: TokenSource;
  readonly report: Report;
  readonly nextTurn: (callback: () => void) => void;
  /** Starts the writes of what was queued. */
  readonly flush: () => void;
  /** Called with a session that was granted a lease. */
  readonly onLease: (session: Session) => void;
}

const BAD_TOKEN: Refusal = { reason: "unauthenticated", message: "this resume token is not good (any more)" };

export class Seating {
  readonly #options: SeatingOptions;
  readonly #ranks: RankManager<Member>;
  readonly #news: RosterNews;
  readonly #lasting: LastingSeats;
  readonly #waiting: WaitingRoom;
  readonly #welcomes: Welcomes;
  /** Seats whose members went away or came back since the last settling. */
  #away: Seat<Member>[] = [];
  #back: Seat<Member>[] = [];
  #isSettleBooked = false;
  #isOpen = true;

  constructor(options: SeatingOptions) {
    const { capacity, store, tokens, clock, report, logPromotions, waitingCapacity, times, maxLeaseMs } =
      options;
    this.#options = options;
    this.#ranks = new RankManager(capacity, store.firstTicket);
    this.#news = new RosterNews(report, logPromotions);
    this.#lasting = new LastingSeats({
      ...{ graceMs: times.resume_grace_ms, maxLeaseMs, store, tokens, clock },
      onLapsed: (seat) => this.#giveUp(seat, "lapsed"),
    });
    this.#waiting = new WaitingRoom(waitingCapacity);
    this.#welcomes = new Welcomes(options);
    const restored = this.#lasting.restore(capacity, (...of) => this.#ranks.restore(...of));
    if (restored > 0) report({ event: "seats_restored", count: restored, keep_ms: times.resume_grace_ms });
  }

  /** The members by rank, everything settled. Not to be kept beyond the turn. */
  get roster(): readonly Seat<Member>[] {
    this.settle();
    return this.#ranks.roster;
  }

  /** As of the last settling: whoever left since still stands in it. */
  get unsettledRoster(): readonly Seat<Member>[] {
    return this.#ranks.roster;
  }

  get epoch(): number {
    return this.#ranks.epoch;
  }

  get capacity(): number {
    return this.#ranks.capacity;
  }

  get waitingCount(): number {
    return this.#waiting.size;
  }

  get awayCount(): number {
    return this.#lasting.awayCount;
  }

  /** Seats for which somebody may come with a token. */
  get resumableCount(): number {
    return this.#lasting.size;
  }

  isWaiting(session: Session): boolean {
    return this.#waiting.has(session);
  }

  /** Seats and welcomes a session, or lets it wait; "full" when there is room for neither. */
  admit(session: Session): "seated" | "waiting" | "full" {
    this.settle();
    if (!this.#isOpen) return "full";
    // Whoever waits was seated first, by the settling.
    if (this.#seat(session)) return "seated";
    if (!this.#waiting.enter(session)) return "full";
    const { ip, port } = session;
    this.#options.report({ event: "client_waiting", ip, port, position: this.#waiting.size });
    return "waiting";
  }

  /** Tells a session once more that it waits, now that one knows whether a person or a program is there. */
  tellWaiting(session: Session): void {
    this.#waiting.tell(session);
  }

  /** Whether {@linkcode resume} would be refused. */
  refuseToken(session: Session, token: string): Refusal | undefined {
    const seat = this.#lasting.find(token);
    return seat === undefined || seat === session.seat ? BAD_TOKEN : undefined;
  }

  /** Gives a session the seat that `token` is for, in place of the one that it may have got on connecting. */
  resume(session: Session, token: string): Refusal | undefined {
    this.settle();
    const refusal = this.refuseToken(session, token);
    if (refusal !== undefined || !session.isOpen) return refusal ?? BAD_TOKEN;
    const seat = this.#lasting.find(token)!;
    const before = seat.member;
    this.#lasting.redeem(seat);
    if (session.seat !== undefined) this.#giveUp(session.seat, "resumed");
    this.#waiting.leave(session);
    session.name = before.name;
    session.leaseMs = Math.max(session.leaseMs, before.leaseMs);
    session.seat = seat;
    this.#ranks.replace(seat, session);
    if (session.leaseMs > 0) this.#options.onLease(session);
    const { ip, port } = session;
    this.#options.report({ event: "client_back", ip, port, rank: seat.rank, ticket: seat.ticket });
    // The connection that had the seat may not know yet that it is dead; the token says who is right.
    before.closeWith("replaced", "another connection has taken over this seat with its token");
    this.#back.push(seat);
    this.settle();
    return undefined;
  }

  /** Promises not to give the member's seat away for so long after it was last heard of. */
  lease(session: Session, leaseMs: number): void {
    this.#lasting.grantLease(session, leaseMs);
    if (session.seat !== undefined) this.#lasting.saveAgain(session.seat);
    this.#options.onLease(session);
  }

  /** The connection ended: the seat is given up, or kept for a while. */
  depart(session: Session, reason: CloseReason): void {
    this.#news.watch(session, false);
    if (this.#waiting.leave(session)) this.#bookSettling();
    const { seat } = session;
    if (seat === undefined || seat.member !== session) return;
    const keepMs = this.#lasting.keepMs(session, seat, reason);
    if (keepMs <= 0) return this.#giveUp(seat, reason);
    this.#ranks.replace(seat, this.#lasting.markAway(session, seat, keepMs, reason));
    const { ip, port } = session;
    const { rank, ticket } = seat;
    this.#options.report({ event: "client_away", ip, port, rank, ticket, reason, keep_ms: keepMs });
    this.#away.push(seat);
    this.#bookSettling();
  }

  /** Gives up the seat that `token` is for, on behalf of a member that cannot say so itself any more. */
  release(token: string): Refusal | undefined {
    const seat = this.#lasting.find(token);
    if (seat === undefined) return BAD_TOKEN;
    this.#lasting.forget(seat);
    seat.member.closeWith("left", "this seat was given up with its token");
    this.#giveUp(seat, "left");
    return undefined;
  }

  /** Takes a member's seat away, though not before its lease has run out. @returns how long that takes, in ms */
  evict(seat: Seat<Member>): number {
    const { member } = seat;
    member.closeWith("evicted", "the operator of the server has taken this seat away");
    const away = seat.member;
    if (!(away instanceof AwayMember)) return 0;
    const keepMs = this.#lasting.evictAway(seat, away);
    if (keepMs <= 0) this.#giveUp(seat, "evicted");
    return keepMs;
  }

  /** Applies what is only noted yet, seats whoever waited longest, and tells everybody. */
  settle(): void {
    // The news may close a member that does not read, and then that is the next change.
    for (;;) {
      const change = this.#ranks.settle();
      if (change === undefined && this.#away.length + this.#back.length === 0) {
        if (this.#seatNext()) continue;
        break;
      }
      const also = { away: this.#away, back: this.#back };
      this.#away = [];
      this.#back = [];
      if (change !== undefined) this.#news.announce(change, this.#ranks.size, also);
      else this.#news.tellWatchers(this.#ranks.revise(), this.#ranks.size, also);
    }
    this.#waiting.tellPositions();
  }

  /** Gives a member the place behind all others; its old one when it has been closed meanwhile. */
  moveToEnd(session: Session): Place {
    this.settle();
    const old = session.seat!;
    if (!session.isOpen) return this.#welcomes.place(old, this.#ranks, undefined);
    const { seat, change } = this.#ranks.rejoin(old);
    this.#lasting.forget(old);
    const token = this.#take(session, seat);
    const { ip, port } = session;
    const { rank, ticket } = seat;
    this.#options.report({ event: "client_yielded", ip, port, rank, was: old.rank, ticket });
    this.#news.announce(change, this.#ranks.size, { joined: [seat] });
    return this.#welcomes.place(seat, this.#ranks, token);
  }

  rename(session: Session, name: string): void {
    this.settle();
    const { seat, ip, port } = session;
    if (session.name === name) return;
    session.name = name;
    if (seat === undefined) return;
    this.#ranks.revise();
    this.#lasting.saveAgain(seat);
    this.#options.report({ event: "client_named", ip, port, rank: seat.rank, name: visible(name) });
    this.#news.tellWatchers(this.epoch, this.#ranks.size, { renamed: [seat] });
  }

  watch(session: Session, isOn: boolean): void {
    this.#news.watch(session, isOn);
  }

  /** What a member is to know on arrival; with a token when it may come back and has none that is good. A person may not. */
  welcome(session: Session, seat: Seat<Member>): Welcome {
    return this.#welcomes.write(seat, this.#ranks, this.#lasting.issueToken(session, seat));
  }

  /** From now on nobody is seated and nobody waits in vain; for the end of the server. */
  close(): void {
    this.#isOpen = false;
  }

  /** No seat lapses any more. */
  stop(): void {
    this.#lasting.stop();
  }

  /** The whole roster as `seat` is to see it. */
  rosterFor(seat: Seat<Member>): Roster {
    const members = this.roster.map(showMember);
    return { epoch: this.epoch, capacity: this.capacity, members, you: seat.rank };
  }

  #seat(session: Session): boolean {
    const seat = this.#ranks.join(session);
    if (seat === undefined) return false;
    const { ip, port } = session;
    const { rank, ticket } = seat;
    const token = this.#take(session, seat);
    this.#options.report({ event: "client_seated", ip, port, rank, ticket, epoch: this.epoch });
    session.notify({ method: "welcome", params: this.#welcomes.write(seat, this.#ranks, token) });
    this.#news.tellWatchers(this.epoch, this.#ranks.size, { joined: [seat] }, session);
    return true;
  }

  /** Seats whoever waited longest, if there is a seat. Everything has to be settled. */
  #seatNext(): boolean {
    if (this.#waiting.size === 0 || !this.#isOpen || this.#ranks.size >= this.capacity) return false;
    return this.#seat(this.#waiting.takeNext()!);
  }

  #take(session: Session, seat: Seat<Member>): string | undefined {
    session.seat = seat;
    this.#options.store.noteTicket(seat.ticket);
    return this.#lasting.issueToken(session, seat);
  }

  #giveUp(seat: Seat<Member>, reason: string): void {
    if (!this.#ranks.leave(seat)) return;
    this.#lasting.forget(seat);
    const { ip, port } = seat.member;
    this.#options.report({ event: "client_left", ip, port, rank: seat.rank, ticket: seat.ticket, reason });
    this.#bookSettling();
  }

  #bookSettling(): void {
    if (this.#isSettleBooked) return;
    this.#isSettleBooked = true;
    this.#options.nextTurn(() => {
      this.#isSettleBooked = false;
      this.settle();
      this.#options.flush();
    });
  }
}
