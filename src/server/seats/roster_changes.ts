// Changes the roster through the journal: records in, effects on sessions out. Notifications are collected until the roster is
// settled, in the next iteration of the event loop or when it is read: all of them are one change.

import type {
  Effect,
  JournalRecord,
  RosterSeat,
  RosterState,
  SeatedClient,
  SeatRecord,
} from "../../journal/mod.ts";
import type { ClusterEffect } from "../../journal/cluster/mod.ts";
import type { Journal, SharedJournal } from "../../journal/engines/mod.ts";
import type { Report } from "../../log/mod.ts";
import type { RosterChange } from "../../ranks/mod.ts";
import { formatAddress, type Member, Session } from "../connection/mod.ts";
import { DisconnectedMember } from "./disconnected_member.ts";
import { RemoteMember, type RemoteMembersHost } from "./remote_member.ts";
import { type RosterEvents, RosterNotifier } from "./roster_notifier.ts";
import { SharedRecords } from "./shared_records.ts";
import { ToldSessions } from "./told_sessions.ts";
import { WaitingList } from "./waiting_list.ts";

export type MemberSeat = RosterSeat<Member>;

export interface RosterChangesOptions {
  readonly journal: Journal<Member> | SharedJournal<Member>;
  /** For a shared journal. */
  readonly remotes?: RemoteMembersHost | undefined;
  readonly report: Report;
  /** How many promotions of one change are logged one by one; more are logged as one line. */
  readonly logPromotions: number;
  readonly afterIo: (callback: () => void) => void;
  /** Starts writing what has been queued. */
  readonly flush: () => void;
  /** Called with each new seat. */
  readonly onSeating: (session: Session, seat: MemberSeat) => void;
  /** Called with each new seat when its rank is known: its session has to be welcomed. */
  readonly onSeated: (session: Session, seat: MemberSeat) => void;
  /** Called with a session whose record the shared journal has refused. */
  readonly onRefused: (session: Session) => void;
  /** Called when seats have their new ranks and leases. */
  readonly onChanged: () => void;
  /** Called before a change is made: what must be one change with it. */
  readonly onSettling: () => void;
}

/** What has happened to a seat since the roster was settled, apart from departures and promotions. */
interface SeatEvent {
  readonly kind: "seated" | "moved" | "renamed" | "leased" | "away" | "back";
  readonly seat: MemberSeat;
}

const NO_MOVES: RosterChange<MemberSeat> = { departed: [], promoted: [] };

export class RosterChanges {
  readonly #options: RosterChangesOptions;
  readonly #notifier: RosterNotifier;
  /** Sessions that have asked for a seat and have none yet, by id. */
  readonly #arrivals = new Map<string, Session>();
  readonly waiting = new WaitingList();
  readonly told: ToldSessions;
  readonly #shared: SharedRecords | undefined;
  #events: SeatEvent[] = [];
  #epoch: number;
  /** Epochs are counted from here. */
  readonly #epochBase: number;
  #isScheduled = false;

  constructor(options: RosterChangesOptions) {
    this.#options = options;
    const { journal } = options;
    this.#epoch = journal.state.epoch;
    const keepsRecords = !journal.isShared && journal.keepsRecords;
    // A position is long, and each command has an epoch: without a file, epochs need not increase across restarts.
    this.#epochBase = keepsRecords || journal.isShared ? 0 : journal.state.position;
    this.#shared = journal.isShared ? new SharedRecords({ ...options, journal }) : undefined;
    this.told = new ToldSessions(keepsRecords);
    this.#notifier = new RosterNotifier(options.report, options.logPromotions, this.told);
  }

  get state(): RosterState<Member> {
    return this.#options.journal.state;
  }

  /** Of the roster as the members know it. */
  get epoch(): number {
    return this.#epoch - this.#epochBase;
  }

  watch(session: Session, isOn: boolean): void {
    this.#notifier.watch(session, isOn);
  }

  /**
   * @returns whether the record was applied and valid, which is known later where several servers share the journal;
   * `undefined`: it was applied
   */
  append(record: JournalRecord): Promise<boolean> | undefined {
    const { journal } = this.#options;
    if (journal.isShared) return this.#shared!.append(record);
    this.#take(journal.append(record));
    return undefined;
  }

  appendTo(seat: MemberSeat, record: SeatRecord): Promise<boolean> | undefined {
    return this.append(recordOf(seat, record));
  }

  /** Appends what a session has asked for about its own seat: what else it sends waits for that. */
  request(session: Session, seat: MemberSeat, record: SeatRecord): void {
    this.#request(session, recordOf(seat, record));
  }

  /** Appends a record that gives the session a seat or a place in the waiting room, under its id. */
  arrive(session: Session, record: JournalRecord): void {
    this.#arrivals.set(session.id, session);
    this.#request(session, record);
  }

  /** Calls back when all that the session has asked for was applied; never if it has ended by then. */
  whenApplied(session: Session, callback: () => void): void {
    if (session.pendingRecords === 0) callback();
    else this.whenDone(session, () => session.isOpen && callback());
  }

  /** The same, also if it has ended. */
  whenDone(session: Session, callback: () => void): void {
    if (session.pendingRecords === 0) callback();
    else this.#shared!.whenDone(session, callback);
  }

  /** The session has ended. */
  forget(session: Session): void {
    if (this.#shared !== undefined) this.#arrivals.delete(session.id);
  }

  /** Whether a session of this server has this id. */
  has(id: string): boolean {
    const member = this.state.seatById(id)?.member;
    return this.#arrivals.has(id) || (member instanceof Session && member.id === id && member.isOpen);
  }

  /** All clients that wait for a seat, in order. */
  get waitingClients(): readonly Pick<Member, "name" | "address">[] {
    return [...this.state.waiting.values()].map(({ id, name, ip, port }) =>
      this.#arrivals.get(id) ?? { name, address: formatAddress(ip, port) }
    );
  }

  /** Records of all servers were applied. */
  applied(effects: readonly ClusterEffect<Member>[]): void {
    this.#take(effects);
    this.schedule();
  }

  /** The state was replaced, or no session of this server has a seat any more. */
  replaced(): void {
    for (const seat of this.state.seats) this.#attachRemote(seat);
    this.#epoch = this.state.epoch;
    this.#events = [];
    this.schedule();
  }

  /** Settles the roster in the next iteration of the event loop. */
  schedule(): void {
    if (this.#isScheduled) return;
    this.#isScheduled = true;
    this.#options.afterIo(() => {
      this.#isScheduled = false;
      this.settle();
      this.#options.flush();
    });
  }

  /** Makes all that has happened one change, and sends the notifications. */
  settle(): void {
    // A notification may close a session that does not read, which is the next change.
    for (;;) {
      this.#options.onSettling();
      const change = this.close();
      if (change === undefined) break;
      this.announce(change);
    }
    this.waiting.notifyMoved(this.#waitingInOrder(), (session) => this.told.add(session));
  }

  /** Gives the seats their new ranks; the caller announces the change. `undefined` when nothing has happened. */
  close(): RosterChange<MemberSeat> | undefined {
    const { state } = this;
    const change = state.settle();
    if (change === undefined && this.#events.length === 0) return undefined;
    this.#epoch = state.epoch;
    return change ?? NO_MOVES;
  }

  /** Notifies all clients concerned of a change, and of what has happened with it. */
  announce(change: RosterChange<MemberSeat>): void {
    const { state, epoch } = this;
    const events = this.#events;
    this.#events = [];
    this.#options.onChanged();
    this.#notifier.announcePromotions(change, epoch, state.size);
    for (const { kind, seat } of events) {
      if (kind !== "seated" || !state.isSeated(seat) || !(seat.member instanceof Session)) continue;
      this.#options.onSeated(seat.member, seat);
    }
    if (this.#notifier.hasWatchers) {
      this.#notifier.notifyWatchers(epoch, state.size, this.#toRosterEvents(events, change.departed));
    }
  }

  #toRosterEvents(events: readonly SeatEvent[], left: readonly MemberSeat[]): RosterEvents {
    // A seat that has been left is among those that left, or, if it was taken meanwhile, nowhere.
    const seatsOf = (...kinds: SeatEvent["kind"][]) => {
      const seats = events.filter(({ kind }) => kinds.includes(kind)).map(({ seat }) => seat);
      return [...new Set(seats)].filter((seat) => this.state.isSeated(seat));
    };
    return {
      joined: seatsOf("moved", "seated"),
      left,
      renamed: seatsOf("renamed"),
      leased: seatsOf("leased"),
      away: seatsOf("away").filter(({ client }) => client.isAway),
      back: seatsOf("back").filter(({ client }) => !client.isAway),
    };
  }

  *#waitingInOrder(): Iterable<Session | undefined> {
    for (const id of this.state.waiting.keys()) yield this.#arrivals.get(id);
  }

  #request(session: Session, record: JournalRecord): void {
    const { journal } = this.#options;
    if (journal.isShared) void this.#shared!.request(session, record);
    else this.#take(journal.append(record));
  }

  #take(effects: readonly (Effect<Member> | ClusterEffect<Member>)[]): void {
    let mustSettle = false;
    for (const effect of effects) {
      this.#handle(effect);
      mustSettle ||= effect.kind === "left" || effect.kind === "withdrawn";
    }
    if (mustSettle) this.schedule();
  }

  #handle(effect: Effect<Member> | ClusterEffect<Member>): void {
    switch (effect.kind) {
      case "seated":
        return this.#seat(effect.seat);
      case "waiting":
        return this.#wait(effect.client.id, effect.place);
      case "full":
        this.#arrivals.delete(effect.client.id);
        return;
      case "left":
        return this.#left(effect.seat);
      case "withdrawn":
        return this.#stopWaiting(effect.id);
      case "changed":
        return this.#change(effect.seat, effect.before);
      case "yielded":
        return this.#move(effect.seat, effect.before);
      case "node gone":
        for (const seat of effect.away) this.#away(seat);
        for (const { id } of effect.withdrawn) this.#stopWaiting(id);
    }
  }

  #seat(seat: MemberSeat): void {
    const session = this.#hold(seat);
    this.#note("seated", seat);
    if (session === undefined) return;
    this.waiting.remove(session);
    this.#options.onSeating(session, seat);
  }

  /** The session that has asked for this seat becomes its member. `undefined`: it is on another server, or has ended. */
  #hold(seat: MemberSeat): Session | undefined {
    const { id } = seat.client;
    const session = this.#arrivals.get(id);
    if (session === undefined) {
      this.#attachRemote(seat);
      return undefined;
    }
    this.#arrivals.delete(id);
    this.state.attach(seat, session);
    session.seat = seat;
    this.told.add(session);
    return session;
  }

  #attachRemote(seat: MemberSeat): void {
    this.state.attach(seat, new RemoteMember(seat, this.#options.remotes!));
  }

  #wait(id: string, place: number): void {
    const session = this.#arrivals.get(id);
    if (session === undefined) return;
    this.told.add(session);
    this.waiting.add(session, place);
  }

  #stopWaiting(id: string): void {
    const session = this.#arrivals.get(id);
    if (session === undefined) return this.waiting.noteMoved();
    this.waiting.remove(session);
    this.#arrivals.delete(id);
  }

  #left(seat: MemberSeat): void {
    if (seat.member instanceof RemoteMember) this.#options.remotes?.lost(seat);
  }

  #away(seat: MemberSeat): void {
    if (seat.member instanceof RemoteMember) this.#options.remotes?.lost(seat);
    // On a server of its own, what is known of it has been attached already, or will be.
    else if (this.#shared !== undefined) this.#attachRemote(seat);
    this.#note("away", seat);
    this.schedule();
  }

  #change(seat: MemberSeat, before: SeatedClient): void {
    const { client, member } = seat;
    if (client.id !== before.id) {
      if (member instanceof RemoteMember) this.#options.remotes?.lost(seat);
      this.#hold(seat);
      this.#note("back", seat);
      // The earlier connection may be dead without the server knowing; the token decides.
      member.closeWith("replaced", "Another connection has resumed this seat");
    } else if (client.isAway && !before.isAway) this.#away(seat);
    if (this.#shared !== undefined && client.isEvicted && !before.isEvicted) {
      member.closeWith("evicted", "This client was evicted");
    }
    if (client.name !== before.name) this.#note("renamed", seat);
    if (client.leaseMs !== before.leaseMs) this.#note("leased", seat);
    this.told.add(seat.member);
  }

  #move(seat: MemberSeat, before: MemberSeat): void {
    const { member } = seat;
    if (member instanceof RemoteMember) this.#options.remotes?.lost(before);
    if (member instanceof Session || member instanceof DisconnectedMember || member instanceof RemoteMember) {
      member.seat = seat;
    }
    if (this.#shared !== undefined && member instanceof Session && !member.isOpen) this.#attachRemote(seat);
    this.told.add(member);
    this.#note("moved", seat);
  }

  #note(kind: SeatEvent["kind"], seat: MemberSeat): void {
    this.#events.push({ kind, seat });
  }
}

function recordOf({ ticket, client: { n } }: MemberSeat, record: SeatRecord): JournalRecord {
  return { ...record, ticket, n } as JournalRecord;
}
