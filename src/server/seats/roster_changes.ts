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
import type { Journal } from "../../journal/engines/mod.ts";
import type { Report } from "../../log/mod.ts";
import type { RosterChange } from "../../ranks/mod.ts";
import { type Member, Session } from "../connection/mod.ts";
import { DisconnectedMember } from "./disconnected_member.ts";
import { type RosterEvents, RosterNotifier } from "./roster_notifier.ts";
import { ToldSessions } from "./told_sessions.ts";
import { WaitingList } from "./waiting_list.ts";

export type MemberSeat = RosterSeat<Member>;

export interface RosterChangesOptions {
  readonly journal: Journal<Member>;
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
  #events: SeatEvent[] = [];
  #epoch: number;
  /** Epochs are counted from here. */
  readonly #epochBase: number;
  #isScheduled = false;

  constructor(options: RosterChangesOptions) {
    this.#options = options;
    const { state, keepsRecords } = options.journal;
    this.#epoch = state.epoch;
    // A position is long, and each command has an epoch: without a file, epochs need not increase across restarts.
    this.#epochBase = keepsRecords ? 0 : state.position;
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

  /** @param session that the record is about, when it has no seat yet */
  append(record: JournalRecord, session?: Session): void {
    if (session !== undefined) this.#arrivals.set(session.id, session);
    let mustSettle = false;
    for (const effect of this.#options.journal.append(record)) {
      this.#handle(effect);
      mustSettle ||= effect.kind === "left" || effect.kind === "withdrawn";
    }
    if (mustSettle) this.schedule();
  }

  appendTo({ ticket, client: { n } }: MemberSeat, record: SeatRecord, session?: Session): void {
    this.append({ ...record, ticket, n } as JournalRecord, session);
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
    this.waiting.notifyMoved((session) => this.told.add(session));
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

  #handle(effect: Effect<Member>): void {
    switch (effect.kind) {
      case "seated":
        return this.#seat(effect.seat);
      case "waiting":
        return this.#wait(this.#arrivals.get(effect.client.id)!);
      case "full":
        this.#arrivals.delete(effect.client.id);
        return;
      case "withdrawn":
        return this.#stopWaiting(effect.id);
      case "changed":
        return this.#change(effect.seat, effect.before);
      case "yielded":
        return this.#move(effect.seat);
    }
  }

  #seat(seat: MemberSeat): void {
    const session = this.#hold(seat);
    this.waiting.remove(session);
    this.#note("seated", seat);
    this.#options.onSeating(session, seat);
  }

  /** The session that has asked for this seat becomes its member. */
  #hold(seat: MemberSeat): Session {
    const { id } = seat.client;
    const session = this.#arrivals.get(id)!;
    this.#arrivals.delete(id);
    this.state.attach(seat, session);
    session.seat = seat;
    this.told.add(session);
    return session;
  }

  #wait(session: Session): void {
    this.told.add(session);
    this.waiting.add(session);
  }

  #stopWaiting(id: string): void {
    this.waiting.remove(this.#arrivals.get(id)!);
    this.#arrivals.delete(id);
  }

  #change(seat: MemberSeat, before: SeatedClient): void {
    const { client } = seat;
    if (client.id !== before.id) {
      this.#hold(seat);
      this.#note("back", seat);
    } else if (client.isAway && !before.isAway) {
      this.#note("away", seat);
      this.schedule();
    }
    if (client.name !== before.name) this.#note("renamed", seat);
    if (client.leaseMs !== before.leaseMs) this.#note("leased", seat);
    this.told.add(seat.member);
  }

  #move(seat: MemberSeat): void {
    const { member } = seat;
    if (member instanceof Session || member instanceof DisconnectedMember) member.seat = seat;
    this.told.add(member);
    this.#note("moved", seat);
  }

  #note(kind: SeatEvent["kind"], seat: MemberSeat): void {
    this.#events.push({ kind, seat });
  }
}
