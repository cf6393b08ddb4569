// Changes the roster through the journal: records in, effects on sessions out. Notifications are collected until the roster is
// settled, in the next iteration of the event loop or when it is read: all of them are one change.

import type { JournalRecord, RosterState, SeatRecord } from "../../journal/mod.ts";
import type { ClusterEffect } from "../../journal/cluster/mod.ts";
import type { Journal, SharedJournal } from "../../journal/engines/mod.ts";
import type { Report } from "../../log/mod.ts";
import type { RosterChange } from "../../ranks/mod.ts";
import { oncePerTurn } from "../../time/mod.ts";
import { formatAddress, type Member, Session } from "../connection/mod.ts";
import {
  type MemberSeat,
  RosterEffects,
  type RosterEffectsOptions,
  toRosterEvents,
} from "./roster_effects.ts";
import { RosterNotifier } from "./roster_notifier.ts";
import { SharedRecords } from "./shared_records.ts";
import { ToldSessions } from "./told_sessions.ts";
import { WaitingList } from "./waiting_list.ts";

export type { MemberSeat } from "./roster_effects.ts";

export interface RosterChangesOptions extends Omit<RosterEffectsOptions, "waiting" | "told" | "schedule"> {
  readonly journal: Journal<Member> | SharedJournal<Member>;
  readonly report: Report;
  /** How many promotions of one change are logged one by one; more are logged as one line. */
  readonly logPromotions: number;
  readonly afterIo: (callback: () => void) => void;
  /** Starts writing what has been queued. */
  readonly flush: () => void;
  /** Called with each new seat when its rank is known: its session has to be welcomed. */
  readonly onSeated: (session: Session, seat: MemberSeat) => void;
  /** Called with a session whose record the shared journal has refused. */
  readonly onRefused: (session: Session, isCutOff: boolean) => void;
  /** Called when seats have their new ranks and leases. */
  readonly onChanged: () => void;
  /** Called before a change is made: what must be one change with it. */
  readonly onSettling: () => void;
}

const NO_MOVES: RosterChange<MemberSeat> = { departed: [], promoted: [] };

export class RosterChanges {
  readonly #options: RosterChangesOptions;
  readonly #notifier: RosterNotifier;
  readonly #effects: RosterEffects;
  readonly waiting = new WaitingList();
  readonly told: ToldSessions;
  readonly #shared: SharedRecords | undefined;
  #epoch: number;
  /** Epochs are counted from here. */
  readonly #epochBase: number;
  /** Settles the roster in the next iteration of the event loop. */
  readonly schedule: () => void;

  constructor(options: RosterChangesOptions) {
    this.#options = options;
    this.schedule = oncePerTurn(options.afterIo, () => {
      this.settle();
      options.flush();
    });
    const { journal } = options;
    this.#epoch = journal.state.epoch;
    const keepsRecords = !journal.isShared && journal.keepsRecords;
    // A position is long, and each command has an epoch: without a file, epochs need not increase across restarts.
    this.#epochBase = keepsRecords || journal.isShared ? 0 : journal.state.position;
    this.#shared = journal.isShared ? new SharedRecords({ ...options, journal }) : undefined;
    this.told = new ToldSessions(keepsRecords);
    this.#effects = new RosterEffects({
      ...options,
      waiting: this.waiting,
      told: this.told,
      schedule: this.schedule,
    });
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
    this.#effects.take(journal.append(record));
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
    this.#effects.expect(session);
    this.#request(session, record);
  }

  /** Calls back when a record about the session was applied, void or not; until then, what else it sends waits. */
  await(session: Session, applied: Promise<boolean> | undefined, callback: () => void): void {
    if (applied !== undefined) void this.#shared!.hold(session, applied);
    this.whenApplied(session, callback);
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
    if (this.#shared !== undefined) this.#effects.forget(session);
  }

  /** Whether a session of this server has this id. */
  has(id: string): boolean {
    return this.#effects.has(id);
  }

  /** All clients that wait for a seat, in order. */
  get waitingClients(): readonly Pick<Member, "name" | "address">[] {
    return [...this.state.waiting.values()].map(({ id, name, ip, port }) =>
      this.#effects.arrivalOf(id) ?? { name, address: formatAddress(ip, port) }
    );
  }

  /** Records of all servers were applied. */
  applied(effects: readonly ClusterEffect<Member>[]): void {
    this.#effects.take(effects);
    this.schedule();
  }

  /** The state was replaced, or no session of this server has a seat any more. */
  replaced(): void {
    this.#effects.replaced();
    this.#epoch = this.state.epoch;
    this.schedule();
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
    if (change === undefined && !this.#effects.hasEvents) return undefined;
    this.#epoch = state.epoch;
    return change ?? NO_MOVES;
  }

  /** Notifies all clients concerned of a change, and of what has happened with it. */
  announce(change: RosterChange<MemberSeat>): void {
    const { state, epoch } = this;
    const events = this.#effects.takeEvents();
    this.#options.onChanged();
    this.#notifier.announcePromotions(change, epoch, state.size);
    for (const { kind, seat } of events) {
      if (kind !== "seated" || !state.isSeated(seat) || !(seat.member instanceof Session)) continue;
      this.#options.onSeated(seat.member, seat);
    }
    if (this.#notifier.hasWatchers) {
      this.#notifier.notifyWatchers(epoch, state.size, toRosterEvents(state, events, change.departed));
    }
  }

  *#waitingInOrder(): Iterable<Session | undefined> {
    for (const id of this.state.waiting.keys()) yield this.#effects.arrivalOf(id);
  }

  #request(session: Session, record: JournalRecord): void {
    const { journal } = this.#options;
    if (journal.isShared) void this.#shared!.request(session, record);
    else this.#effects.take(journal.append(record));
  }
}

function recordOf({ ticket, client: { n } }: MemberSeat, record: SeatRecord): JournalRecord {
  return { ...record, ticket, n } as JournalRecord;
}
