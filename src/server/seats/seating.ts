// Assigns seats to sessions, keeps the waiting room, and frees seats. The order of the seats is the journal's task.

import type { CloseReason, Roster, Welcome } from "../../protocol/methods/mod.ts";
import { clientRef } from "../../log/mod.ts";
import { begin } from "../../journal/engines/mod.ts";
import type { Seat } from "../../ranks/mod.ts";
import type { Member, Session } from "../connection/mod.ts";
import { ClientDetails } from "./client_details.ts";
import { Departures } from "./departures.ts";
import { type CurrentLeader, Leadership } from "./leadership.ts";
import { Resume } from "./resume.ts";
import { type MemberSeat, RosterChanges, type RosterChangesOptions } from "./roster_changes.ts";
import { showMember } from "./roster_notifier.ts";
import { SeatTokens } from "./seat_tokens.ts";
import type { TokenSource } from "./tokens.ts";
import { WelcomeBuilder, type WelcomeOptions } from "./welcome.ts";
import { Yields } from "./yields.ts";

export interface SeatingOptions
  extends WelcomeOptions, Omit<RosterChangesOptions, "onSeating" | "onSeated" | "onChanged" | "onSettling"> {
  readonly capacity: number;
  /** The most sessions that may wait for a seat; 0: none may wait. */
  readonly waitingCapacity: number;
  /** How long a session may take to confirm its new token when another connection presents the previous one, in ms. */
  readonly confirmMs: number;
  /** The longest lease that is granted, in ms. */
  readonly maxLeaseMs: number;
  readonly tokens: TokenSource;
  /** Called with a session that was granted a lease. */
  readonly onLease: (session: Session) => void;
  /** Called with a member that is about to move because another one is raised. */
  readonly onMoved: (session: Session) => void;
}

/** The message for clients while the journal cannot be written. */
export const CANNOT_SAVE = "The server cannot save its journal; see its log";

export class Seating {
  readonly #options: SeatingOptions;
  readonly #changes: RosterChanges;
  readonly #tokens: SeatTokens;
  readonly #departures: Departures;
  readonly #welcomes: WelcomeBuilder;
  readonly #leadership: Leadership;
  /** What clients say of themselves. */
  readonly details: ClientDetails;
  /** Resuming and releasing seats with tokens. */
  readonly resume: Resume;
  /** Members that yield. */
  readonly yields: Yields;
  /** Makes the ids of sessions unique across restarts. */
  readonly #life: string;
  #arrivals = 0;
  #isOpen = true;

  /** Appends a start to the journal: the seats in it are reserved for their clients. */
  constructor(options: SeatingOptions) {
    const { journal, capacity, waitingCapacity, clock, times } = options;
    begin(journal, capacity, waitingCapacity, options.maxLeaseMs);
    this.#options = options;
    this.#life = `${journal.state.position}.`;
    const changes = this.#changes = new RosterChanges({
      ...options,
      onSeating: (session, seat) => this.details.record(session, seat),
      onSeated: (session, seat) => this.#welcome(session, seat),
      onChanged: () => this.#leadership.note(journal.state.roster[0]),
      onSettling: () => this.yields.settle(),
    });
    const tokens = this.#tokens = new SeatTokens(options.tokens, times.resume_grace_ms, changes);
    const departures = this.#departures = new Departures({
      ...options,
      graceMs: times.resume_grace_ms,
      changes,
    });
    const welcomes = this.#welcomes = new WelcomeBuilder(options, changes);
    this.#leadership = new Leadership(clock, welcomes.leadAfterMs);
    this.details = new ClientDetails({ ...options, changes, tokens });
    this.resume = new Resume({
      ...options,
      changes,
      tokens,
      departures,
      identify: (session) => this.#identify(session),
    });
    this.yields = new Yields({ ...options, changes, tokens, welcomes, departures, resume: this.resume });
    departures.restore();
    this.#leadership.noteRestored(journal.state.roster[0]);
  }

  /** The members by rank, after settling. Valid until the next change. */
  get roster(): readonly MemberSeat[] {
    this.settle();
    return this.#changes.state.roster;
  }

  /** The roster without settling: members that have left since are still in it. */
  get unsettledRoster(): readonly MemberSeat[] {
    return this.#changes.state.roster;
  }

  get epoch(): number {
    return this.#changes.epoch;
  }

  get capacity(): number {
    return this.#changes.state.capacity;
  }

  /** Sessions that wait for a seat, in order. */
  get waiting(): { readonly size: number; readonly sessions: Iterable<Session> } {
    return this.#changes.waiting;
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
    return this.#departures.awayCount;
  }

  /** Whether new members have to be refused, because their seats could not be saved. */
  get isUnsavable(): boolean {
    return this.#options.journal.isFailing;
  }

  /** The number of seats that can be resumed with a token. */
  get resumableCount(): number {
    return this.#changes.state.claimable;
  }

  isWaiting(session: Session): boolean {
    return this.#changes.waiting.has(session);
  }

  /** Gives a session a seat or a place in the waiting room; "full" when there is neither. */
  admit(session: Session): "seated" | "waiting" | "full" {
    this.settle();
    if (!this.#isOpen) return "full";
    const { name, ip, port, since, identity, leaseMs } = session;
    const id = this.#identify(session);
    const hash = this.#tokens.issue(session);
    this.#changes.append({ kind: "join", id, name, ip, port, since, identity, hash, leaseMs }, session);
    this.settle();
    if (session.seat !== undefined) return "seated";
    if (!this.isWaiting(session)) return "full";
    const { report } = this.#options;
    report({ event: "client_waiting", ...clientRef(session), position: this.#changes.waiting.size });
    return "waiting";
  }

  /** Repeats the notification that a session is waiting, now that its first line has decided its form. */
  tellWaiting(session: Session): void {
    this.#changes.waiting.notify(session);
  }

  /** The session is closed: its seat is freed, or kept for its client. */
  depart(session: Session, reason: CloseReason): void {
    const changes = this.#changes;
    changes.watch(session, false);
    this.resume.forget(session);
    if (this.isWaiting(session)) changes.append({ kind: "withdraw", id: session.id });
    const { seat } = session;
    if (seat === undefined || seat.member !== session || !changes.state.isSeated(seat)) return;
    this.#departures.depart(session, seat, reason);
  }

  /** Evicts a member; its seat is freed when its lease has ended. @returns how long that takes, in ms */
  evict(seat: MemberSeat, reason: "evicted" | "revoked" = "evicted", by?: string): number {
    return this.#departures.evict(seat, reason, by);
  }

  /** Applies recorded departures, gives free seats to waiting sessions, and notifies all clients concerned. */
  settle(): void {
    this.#changes.settle();
  }

  watch(session: Session, isOn: boolean): void {
    this.#changes.watch(session, isOn);
  }

  /** The welcome for a member, with a resume token that it has not been sent yet. */
  welcome(seat: MemberSeat): Welcome {
    return this.#welcomes.welcome(seat);
  }

  /** Assigns no more seats from now on; for the shutdown. */
  close(): void {
    this.#isOpen = false;
    for (const { id } of [...this.#changes.waiting.sessions]) this.#changes.append({ kind: "withdraw", id });
  }

  /** Stops the timers. */
  stop(): void {
    this.#departures.stop();
    this.yields.stop();
  }

  /** The roster as the member of `seat` receives it. */
  rosterFor(seat: Seat<Member>): Roster {
    const members = this.roster.map(showMember);
    return { epoch: this.epoch, capacity: this.capacity, members, you: seat.rank };
  }

  /** Every lease that the journal does not contain has ended. */
  complete(): void {
    this.#changes.append({ kind: "complete" });
  }

  /** The session is about to be sent a message that depends on records that may not be saved yet. */
  noteTold(session: Session): void {
    this.#changes.told.add(session);
  }

  /** Returns and clears the sessions whose messages depend on unsaved records. */
  takeTold(): readonly Session[] {
    return this.#changes.told.take();
  }

  #identify(session: Session): string {
    return session.id ||= this.#life + ++this.#arrivals;
  }

  #welcome(session: Session, seat: MemberSeat): void {
    const { rank, ticket } = seat;
    const params = this.welcome(seat);
    this.#options.report({ event: "client_seated", ...clientRef(session), rank, ticket, epoch: this.epoch });
    session.notify({ method: "welcome", params });
  }
}
