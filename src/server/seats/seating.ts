// Assigns seats to sessions, keeps the waiting room, and frees seats. The order of the seats is the journal's task.

import type { CloseReason, Roster, Welcome } from "../../protocol/methods/mod.ts";
import { clientRef } from "../../log/mod.ts";
import { MIN_CLUSTER_LEASE_MS } from "../../config/keys/mod.ts";
import { begin } from "../../journal/engines/mod.ts";
import type { Seat } from "../../ranks/mod.ts";
import type { Member, Session } from "../connection/mod.ts";
import { ClientDetails } from "./client_details.ts";
import { Departures, type Eviction } from "./departures.ts";
import { type CurrentLeader, Leadership } from "./leadership.ts";
import { Resume } from "./resume.ts";
import { type MemberSeat, RosterChanges, type RosterChangesOptions } from "./roster_changes.ts";
import { showMember } from "./roster_notifier.ts";
import { SeatTokens } from "./seat_tokens.ts";
import { SharedRoster } from "./shared_roster.ts";
import type { TokenSource } from "./tokens.ts";
import { WelcomeBuilder, type WelcomeOptions } from "./welcome.ts";
import { Yields } from "./yields.ts";

export interface SeatingOptions
  extends
    WelcomeOptions,
    Omit<RosterChangesOptions, "onSeating" | "onSeated" | "onChanged" | "onSettling" | "onRefused"> {
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
  /** How long a client that has to connect again is asked to wait, in ms. */
  readonly retryAfterMs: number;
}

/** A shorter lease would require checking for silence all the time. */
const MIN_LEASE_MS = 100;

/** The message for clients while the journal cannot be written. */
export const CANNOT_SAVE = "The server cannot save its journal; see its log";
/** The same where several servers share the journal. */
export const SUSPENDED = "This server has lost contact with its cluster";
const SEAT_CHANGED = "Another connection has changed this seat in the meantime: connect again";
/** For clients that keep their seats elsewhere. */
export const CONNECT_AGAIN = "This server had lost contact with its cluster: connect again to keep your seat";

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
  /** The servers with the same roster. */
  readonly shared: SharedRoster;
  /** Makes the ids of sessions unique across restarts, on one server. */
  readonly #life: string;
  #arrivals = 0;
  #isOpen = true;

  /** Appends a start to a journal of one server: the seats in it are reserved for their clients. */
  constructor(options: SeatingOptions) {
    const { journal, capacity, waitingCapacity, clock, times, maxLeaseMs } = options;
    const { isShared } = journal;
    if (!isShared) begin(journal, capacity, waitingCapacity, maxLeaseMs);
    this.#options = options;
    const shared = this.shared = new SharedRoster(journal, options.flush);
    this.#life = `${journal.state.position}.`;
    const changes = this.#changes = new RosterChanges({
      ...options,
      onRefused: (session, isCutOff) =>
        session.refuse("unavailable", isCutOff ? CONNECT_AGAIN : SEAT_CHANGED, options.retryAfterMs),
      onSeating: (session, seat) => this.details.record(session, seat),
      onSeated: (session, seat) => this.#welcome(session, seat),
      onChanged: () => this.#leadership.note(journal.state.roster[0]),
      onSettling: () => this.yields.settle(),
    });
    const graceMs = times.resume_grace_ms;
    const sharedGraceMs = isShared ? Math.max(graceMs, maxLeaseMs) : undefined;
    const tokens = this.#tokens = new SeatTokens(options.tokens, sharedGraceMs ?? graceMs, changes);
    const departures = this.#departures = new Departures({ ...options, graceMs, sharedGraceMs, changes });
    const welcomes = this.#welcomes = new WelcomeBuilder(options, changes, shared);
    this.#leadership = new Leadership(clock, welcomes.leadAfterMs);
    const minLeaseMs = isShared ? MIN_CLUSTER_LEASE_MS : MIN_LEASE_MS;
    this.details = new ClientDetails({ ...options, changes, tokens, minLeaseMs });
    this.resume = new Resume({
      ...options,
      isShared,
      changes,
      tokens,
      departures,
      newId: () => this.#newId(),
    });
    this.yields = new Yields({
      ...options,
      isShared,
      changes,
      tokens,
      welcomes,
      departures,
      resume: this.resume,
    });
    if (isShared) changes.replaced();
    else departures.restore();
    this.#leadership.noteRestored(journal.state.roster[0]);
  }

  /** For a shared journal. */
  get changes(): Pick<RosterChanges, "has" | "applied" | "replaced"> {
    return this.#changes;
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

  /** The most clients that may wait for a seat. */
  get waitingCapacity(): number {
    return this.#changes.state.waitingCapacity;
  }

  /** Sessions of this server that wait for a seat. */
  get waiting(): { readonly size: number } {
    return this.#changes.waiting;
  }

  /** All clients that wait for a seat, in order. */
  get waitingClients(): readonly Pick<Member, "name" | "address">[] {
    return this.#changes.waitingClients;
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

  /** Why no client can be seated now; `undefined` if one can. */
  get obstacle(): string | undefined {
    const { journal } = this.#options;
    if (journal.isShared) return this.shared.isSuspended ? SUSPENDED : undefined;
    return journal.isFailing ? CANNOT_SAVE : undefined;
  }

  /** The number of seats that can be resumed with a token. */
  get resumableCount(): number {
    return this.#changes.state.claimable;
  }

  isWaiting(session: Session): boolean {
    return this.#changes.waiting.has(session);
  }

  /**
   * Gives a session a seat or a place in the waiting room.
   *
   * @param onFull called when there is neither
   */
  admit(session: Session, onFull: () => void): void {
    this.settle();
    if (!this.#isOpen) return onFull();
    const { name, ip, port, since, identity, leaseMs } = session;
    const id = session.id = this.#newId();
    const hash = this.#tokens.issue(session);
    this.#changes.arrive(session, { kind: "join", id, name, ip, port, since, identity, hash, leaseMs });
    this.#changes.whenApplied(session, () => {
      this.settle();
      if (session.seat !== undefined) return;
      const position = this.#changes.waiting.positionOf(session);
      if (position === undefined) return onFull();
      this.#options.report({ event: "client_waiting", ...clientRef(session), position });
    });
  }

  /** Calls back when all that the session has asked for was applied; never if it has ended by then. */
  whenApplied(session: Session, callback: () => void): void {
    this.#changes.whenApplied(session, callback);
  }

  /** Resolves when nothing is pending any more of what the session has asked for. */
  async settled(session: Session): Promise<void> {
    await new Promise<void>((resolve) => this.#changes.whenDone(session, resolve));
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
    changes.forget(session);
    const { seat } = session;
    if (seat === undefined || seat.member !== session || !changes.state.isSeated(seat)) return;
    this.#departures.depart(session, seat, reason);
  }

  /** Evicts a member; its seat is freed when its lease has ended. */
  evict(seat: MemberSeat, reason: "evicted" | "revoked" = "evicted", by?: string): Eviction {
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
    // Its rank and the number of members must be of the same epoch.
    this.settle();
    return this.#welcomes.welcome(seat);
  }

  /** Assigns no more seats from now on; for the shutdown. */
  close(): void {
    this.#isOpen = false;
    for (const { id } of [...this.#changes.waiting.sessions]) {
      void this.#changes.append({ kind: "withdraw", id });
    }
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

  #newId(): string {
    const { journal } = this.#options;
    return `${journal.isShared ? `${journal.node}.` : this.#life}${++this.#arrivals}`;
  }

  #welcome(session: Session, seat: MemberSeat): void {
    const { rank, ticket } = seat;
    const params = this.#welcomes.welcome(seat);
    this.#options.report({ event: "client_seated", ...clientRef(session), rank, ticket, epoch: this.epoch });
    session.notify({ method: "welcome", params });
  }
}
