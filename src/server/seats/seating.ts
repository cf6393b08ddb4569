// Assigns seats to sessions, keeps the waiting room, and frees seats. The order of the seats is the rank manager's task.

import type { CloseReason, Roster, Welcome } from "../../protocol/methods/mod.ts";
import { clientRef } from "../../log/mod.ts";
import { RankManager, type Seat } from "../../ranks/mod.ts";
import { type CurrentLeader, Leadership } from "./leadership.ts";
import { Resume } from "./resume.ts";
import type { TokenSource } from "./resume_tokens.ts";
import { SeatReservations } from "./seat_reservations.ts";
import type { Member, Session } from "../connection/mod.ts";
import { RosterChanges, type RosterChangesOptions } from "./roster_changes.ts";
import { showMember } from "./roster_notifier.ts";
import type { SeatStore } from "./seat_store.ts";
import { WaitingList, type WaitingMember } from "./waiting_list.ts";
import { WelcomeBuilder, type WelcomeOptions } from "./welcome.ts";
import { Yields } from "./yields.ts";

export interface SeatingOptions
  extends
    WelcomeOptions,
    Omit<RosterChangesOptions, "ranks" | "seatNext" | "onSettling" | "onChanged" | "onSettled"> {
  readonly capacity: number;
  /** The most sessions that may wait for a seat; 0: none may wait. */
  readonly waitingCapacity: number;
  /** How long a session may take to confirm its new token when another connection presents the previous one, in ms. */
  readonly confirmMs: number;
  readonly store: SeatStore;
  readonly tokens: TokenSource;
  /** Called with a session that was granted a lease. */
  readonly onLease: (session: Session) => void;
  /** Called with a member that is about to move because another one is raised. */
  readonly onMoved: (session: Session) => void;
}

export class Seating {
  readonly #options: SeatingOptions;
  readonly #ranks: RankManager<Member>;
  readonly #changes: RosterChanges;
  readonly #reservations: SeatReservations;
  readonly #waiting: WaitingList;
  readonly #welcomes: WelcomeBuilder;
  readonly #leadership: Leadership;
  /** Resuming and releasing seats with tokens, and evictions. */
  readonly resume: Resume;
  /** Members that move to the end. */
  readonly yields: Yields;
  #isOpen = true;

  constructor(options: SeatingOptions) {
    const { capacity, store, tokens, clock, report, waitingCapacity, times, maxLeaseMs } = options;
    this.#options = options;
    this.#ranks = new RankManager(capacity, store.firstTicket, store.lastEpoch);
    this.#changes = new RosterChanges({
      ...options,
      ranks: this.#ranks,
      seatNext: () => this.#seatNext(),
      onSettling: () => this.yields.settle(),
      onChanged: () => this.#leadership.note(this.#ranks.roster[0]),
      onSettled: () => this.#waiting.notifyMoved(),
    });
    this.#reservations = new SeatReservations({
      graceMs: times.resume_grace_ms,
      maxLeaseMs,
      store,
      tokens,
      clock,
      onExpired: (seat) => this.#free(seat, "lapsed"),
    });
    this.#waiting = new WaitingList(waitingCapacity);
    this.#welcomes = new WelcomeBuilder(options, this.#ranks);
    this.#leadership = new Leadership(clock, this.#welcomes.leadAfterMs);
    this.resume = new Resume({
      ...options,
      ranks: this.#ranks,
      reservations: this.#reservations,
      changes: this.#changes,
      free: (seat, reason) => this.#free(seat, reason),
      stopWaiting: (session) => void this.#waiting.remove(session),
    });
    this.yields = new Yields({
      ...options,
      ranks: this.#ranks,
      reservations: this.#reservations,
      changes: this.#changes,
      welcomes: this.#welcomes,
      resume: this.resume,
      take: (session, seat) => this.#take(session, seat),
    });
    const restored = this.#reservations.restore(capacity, (...of) => this.#ranks.restore(...of));
    this.#leadership.noteRestored(this.#ranks.roster[0]);
    if (restored.count > 0) {
      report({ event: "seats_restored", count: restored.count, keep_ms: restored.keepMs });
    }
  }

  /** The members by rank, after settling. Valid until the next change. */
  get roster(): readonly Seat<Member>[] {
    this.settle();
    return this.#ranks.roster;
  }

  /** The roster without settling: members that have left since are still in it. */
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

  /** In order of arrival. */
  get waitingMembers(): readonly WaitingMember[] {
    return this.#waiting.members;
  }

  /** The member that leads. */
  get leader(): CurrentLeader | undefined {
    this.settle();
    return this.#leadership.current;
  }

  /** How long until any member may lead, in ms. */
  get leadAfterMs(): number {
    return this.#welcomes.leadAfterMs;
  }

  get awayCount(): number {
    return this.#reservations.disconnectedCount;
  }

  /** The number of seats that can be resumed with a token. */
  get resumableCount(): number {
    return this.#reservations.size;
  }

  isWaiting(session: Session): boolean {
    return this.#waiting.has(session);
  }

  /** Gives a session a seat or a place in the waiting room; "full" when there is neither. */
  admit(session: Session): "seated" | "waiting" | "full" {
    this.settle();
    if (!this.#isOpen) return "full";
    // Settling has given free seats to waiting sessions first.
    if (this.#seat(session)) return "seated";
    if (!this.#waiting.add(session)) return "full";
    this.#options.report({ event: "client_waiting", ...clientRef(session), position: this.#waiting.size });
    return "waiting";
  }

  /** Repeats the notification that a session is waiting, now that its first line has decided its form. */
  tellWaiting(session: Session): void {
    this.#waiting.notify(session);
  }

  /** The first line of a session has shown that it is a program: from now on its seat outlives its connection. */
  keepForProgram({ seat }: Session): void {
    if (seat !== undefined) this.#reservations.save(seat);
  }

  /** Grants a lease: the seat stays reserved until `leaseMs` after the client was last heard from. */
  lease(session: Session, leaseMs: number): void {
    this.settle();
    if (!session.isOpen || !this.#reservations.grantLease(session, leaseMs)) return;
    this.#options.onLease(session);
    const { seat } = session;
    if (seat === undefined) return;
    this.#leadership.note(this.#ranks.roster[0]);
    this.#ranks.revise();
    this.#reservations.save(seat);
    this.#changes.notifyWatchers({ leased: [seat] });
  }

  /** The session is closed: its seat is freed or stays reserved. */
  depart(session: Session, reason: CloseReason): void {
    this.#changes.watch(session, false);
    this.resume.forget(session);
    if (this.#waiting.remove(session)) this.#changes.schedule();
    const { seat } = session;
    if (seat === undefined || seat.member !== session) return;
    const keepMs = this.#reservations.keepMs(session, seat, reason);
    if (keepMs <= 0) return this.#free(seat, reason);
    this.#ranks.replace(seat, this.#reservations.reserve(session, seat, keepMs, reason));
    const { rank, ticket } = seat;
    const who = clientRef(session);
    this.#options.report({ event: "client_away", ...who, rank, ticket, reason, keep_ms: keepMs });
    this.#changes.noteAway(seat);
  }

  /** Applies recorded departures, gives free seats to waiting sessions, and notifies all clients concerned. */
  settle(): void {
    this.#changes.settle();
  }

  rename(session: Session, name: string): void {
    this.settle();
    const { seat, ip, port } = session;
    if (session.name === name) return;
    session.name = name;
    if (seat === undefined) return;
    this.#ranks.revise();
    this.#reservations.save(seat);
    this.#options.report({ event: "client_named", ip, port, rank: seat.rank, name });
    this.#changes.notifyWatchers({ renamed: [seat] });
  }

  watch(session: Session, isOn: boolean): void {
    this.#changes.watch(session, isOn);
  }

  /** The welcome for a member, with a new resume token if it needs one. */
  welcome(session: Session, seat: Seat<Member>): Welcome {
    return this.#welcomes.welcome(seat, this.#reservations.issueToken(session, seat));
  }

  /** Assigns no more seats from now on; for the shutdown. */
  close(): void {
    this.#isOpen = false;
  }

  /** Stops the timers. */
  stop(): void {
    this.#reservations.stop();
    this.yields.stop();
  }

  /** The roster as the member of `seat` receives it. */
  rosterFor(seat: Seat<Member>): Roster {
    const members = this.roster.map(showMember);
    return { epoch: this.epoch, capacity: this.capacity, members, you: seat.rank };
  }

  #seat(session: Session): boolean {
    const seat = this.#ranks.join(session);
    if (seat === undefined) return false;
    const { rank, ticket } = seat;
    const token = this.#take(session, seat);
    const { epoch } = this;
    this.#options.report({ event: "client_seated", ...clientRef(session), rank, ticket, epoch });
    session.notify({ method: "welcome", params: this.#welcomes.welcome(seat, token) });
    this.#changes.notifyWatchers({ joined: [seat] }, session);
    return true;
  }

  /** Gives a free seat to the session that has waited longest. The roster must be settled. */
  #seatNext(): boolean {
    if (this.#waiting.size === 0 || !this.#isOpen || this.#ranks.size >= this.capacity) return false;
    return this.#seat(this.#waiting.takeNext()!);
  }

  #take(session: Session, seat: Seat<Member>): string | undefined {
    session.seat = seat;
    this.#options.store.noteTicket(seat.ticket);
    return this.#reservations.issueToken(session, seat);
  }

  #free(seat: Seat<Member>, reason: string): void {
    if (!this.#ranks.leave(seat)) return;
    this.#reservations.remove(seat);
    const { rank, ticket, member } = seat;
    this.#options.report({ event: "client_left", ...clientRef(member), rank, ticket, reason });
    this.#changes.schedule();
  }
}
