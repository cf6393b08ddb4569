// Who gets a seat, who waits for one, and when one is given up. The rank manager knows the order; this file knows the
// sessions.

import type { CloseReason, Place, Roster, Welcome } from "../../protocol/methods/mod.ts";
import { visible } from "../../log/mod.ts";
import { RankManager, type Seat } from "../../ranks/mod.ts";
import { Resume } from "./resume.ts";
import type { TokenSource } from "./resume_tokens.ts";
import { SeatReservations } from "./seat_reservations.ts";
import type { Member, Session } from "../connection/mod.ts";
import { RosterChanges, type RosterChangesOptions } from "./roster_changes.ts";
import { showMember } from "./roster_notifier.ts";
import type { SeatStore } from "./seat_store.ts";
import { WaitingList } from "./waiting_list.ts";
import { WelcomeBuilder, type WelcomeOptions } from "./welcome.ts";

export interface SeatingOptions
  extends WelcomeOptions, Omit<RosterChangesOptions, "ranks" | "seatNext" | "onSettled"> {
  readonly capacity: number;
  /** Most sessions that wait for a seat; 0: who finds none is refused. */
  readonly waitingCapacity: number;
  /** How long a session that took a seat back may take to show that it is there, when another one has its token; in ms. */
  readonly answerMs: number;
  readonly store: SeatStore;
  readonly tokens: TokenSource;
  /** Called with a session that was granted a lease. */
  readonly onLease: (session: Session) => void;
}

export class Seating {
  readonly #options: SeatingOptions;
  readonly #ranks: RankManager<Member>;
  readonly #changes: RosterChanges;
  readonly #lasting: SeatReservations;
  readonly #waiting: WaitingList;
  readonly #welcomes: WelcomeBuilder;
  /** What tokens and evictions do to seats. */
  readonly resume: Resume;
  #isOpen = true;

  constructor(options: SeatingOptions) {
    const { capacity, store, tokens, clock, report, waitingCapacity, times, maxLeaseMs } = options;
    this.#options = options;
    this.#ranks = new RankManager(capacity, store.firstTicket, store.lastEpoch);
    this.#changes = new RosterChanges({
      ...options,
      ranks: this.#ranks,
      seatNext: () => this.#seatNext(),
      onSettled: () => this.#waiting.tellPositions(),
    });
    this.#lasting = new SeatReservations({
      ...{ graceMs: times.resume_grace_ms, maxLeaseMs, store, tokens, clock },
      onLapsed: (seat) => this.#giveUp(seat, "lapsed"),
    });
    this.#waiting = new WaitingList(waitingCapacity);
    this.#welcomes = new WelcomeBuilder(options, this.#ranks);
    this.resume = new Resume({
      ...options,
      ...{ ranks: this.#ranks, lasting: this.#lasting, changes: this.#changes },
      giveUp: (seat, reason) => this.#giveUp(seat, reason),
      leaveLine: (session) => void this.#waiting.leave(session),
    });
    const restored = this.#lasting.restore(capacity, (...of) => this.#ranks.restore(...of));
    if (restored.count > 0) {
      report({ event: "seats_restored", count: restored.count, keep_ms: restored.keepMs });
    }
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

  /** Promises not to give the member's seat away for so long after it was last heard of. */
  lease(session: Session, leaseMs: number): void {
    this.settle();
    if (!session.isOpen || !this.#lasting.grantLease(session, leaseMs)) return;
    this.#options.onLease(session);
    const { seat } = session;
    if (seat === undefined) return;
    this.#ranks.revise();
    this.#lasting.saveAgain(seat);
    this.#changes.tellWatchers({ leased: [seat] });
  }

  /** The connection ended: the seat is given up, or kept for a while. */
  depart(session: Session, reason: CloseReason): void {
    this.#changes.watch(session, false);
    this.resume.forget(session);
    if (this.#waiting.leave(session)) this.#changes.book();
    const { seat } = session;
    if (seat === undefined || seat.member !== session) return;
    const keepMs = this.#lasting.keepMs(session, seat, reason);
    if (keepMs <= 0) return this.#giveUp(seat, reason);
    this.#ranks.replace(seat, this.#lasting.markAway(session, seat, keepMs, reason));
    const { ip, port } = session;
    const { rank, ticket } = seat;
    this.#options.report({ event: "client_away", ip, port, rank, ticket, reason, keep_ms: keepMs });
    this.#changes.noteAway(seat);
  }

  /** Applies what is only noted yet, seats whoever waited longest, and tells everybody. */
  settle(): void {
    this.#changes.settle();
  }

  /** Gives a member the place behind all others; its old one when it has been closed meanwhile. */
  moveToEnd(session: Session): Place {
    this.settle();
    const old = session.seat!;
    if (!session.isOpen) return this.#welcomes.place(old, undefined);
    const { seat, change } = this.#ranks.rejoin(old);
    this.#lasting.forget(old);
    this.resume.forget(session);
    const token = this.#take(session, seat);
    const { ip, port } = session;
    const { rank, ticket } = seat;
    this.#options.report({ event: "client_yielded", ip, port, rank, was: old.rank, ticket });
    this.#changes.announce(change, { joined: [seat] });
    return this.#welcomes.place(seat, token);
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
    this.#changes.tellWatchers({ renamed: [seat] });
  }

  watch(session: Session, isOn: boolean): void {
    this.#changes.watch(session, isOn);
  }

  /** What a member is to know on arrival; with a token when it may come back and has none that is good. A person may not. */
  welcome(session: Session, seat: Seat<Member>): Welcome {
    return this.#welcomes.write(seat, this.#lasting.issueToken(session, seat));
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
    session.notify({ method: "welcome", params: this.#welcomes.write(seat, token) });
    this.#changes.tellWatchers({ joined: [seat] }, session);
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
    this.#changes.book();
  }
}
