// Changes the roster through the journal: records in, effects on sessions out. What the members are told is collected until
// the roster is settled, in the next iteration of the event loop or when it is read: all of it is one change.

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
import { RosterNotifier } from "./roster_notifier.ts";
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

/** What has happened since the roster was settled, apart from departures and promotions. */
type Events = {
  readonly [Kind in "seated" | "moved" | "renamed" | "leased" | "away" | "back"]: Set<MemberSeat>;
};

const NO_MOVES: RosterChange<MemberSeat> = { departed: [], promoted: [] };

export class RosterChanges {
  readonly #options: RosterChangesOptions;
  readonly #notifier: RosterNotifier;
  /** Sessions that have asked for a seat and have none yet, by id. */
  readonly #arrivals = new Map<string, Session>();
  readonly waiting = new WaitingList();
  /** Sessions that were told, or are about to be, of what the journal may not have saved. */
  readonly #unsaved = new Set<Session>();
  #events = noEvents();
  #hasEvents = false;
  #epoch: number;
  #isScheduled = false;

  constructor(options: RosterChangesOptions) {
    this.#options = options;
    this.#epoch = options.journal.state.epoch;
    this.#notifier = new RosterNotifier(options.report, options.logPromotions, this.#unsaved);
  }

  get state(): RosterState<Member> {
    return this.#options.journal.state;
  }

  /** Of the roster as the members know it. */
  get epoch(): number {
    return this.#epoch;
  }

  watch(session: Session, isOn: boolean): void {
    this.#notifier.watch(session, isOn);
  }

  /** @param session that the record is about, when it has no seat yet */
  append(record: JournalRecord, session?: Session): void {
    if (session !== undefined) this.#arrivals.set(session.id, session);
    const effects = this.#options.journal.append(record);
    for (const effect of effects) this.#handle(effect);
    if (effects.some(({ kind }) => kind === "left" || kind === "withdrawn")) this.schedule();
  }

  appendTo({ ticket, client: { n } }: MemberSeat, record: SeatRecord, session?: Session): void {
    this.append({ ...record, ticket, n } as JournalRecord, session);
  }

  /** The session is about to be told of what the journal may not have saved. */
  noteTold(session: Session): void {
    this.#unsaved.add(session);
  }

  /** Returns and forgets those who were told of what the journal may not have saved. */
  takeUnsaved(): readonly Session[] {
    if (this.#unsaved.size === 0) return [];
    const sessions = [...this.#unsaved];
    this.#unsaved.clear();
    return sessions;
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
    this.waiting.notifyMoved((session) => this.#unsaved.add(session));
  }

  /** Gives the seats their new ranks; the caller announces the change. `undefined` when nothing has happened. */
  close(): RosterChange<MemberSeat> | undefined {
    const { state } = this;
    const change = state.settle();
    if (change === undefined && !this.#hasEvents) return undefined;
    this.#epoch = state.epoch;
    return change ?? NO_MOVES;
  }

  /** Notifies all clients concerned of a change, and of what has happened with it. */
  announce(change: RosterChange<MemberSeat>): void {
    const { state, epoch } = this;
    const events = this.#events;
    this.#events = noEvents();
    this.#hasEvents = false;
    this.#options.onChanged();
    this.#notifier.announcePromotions(change, epoch, state.size);
    for (const seat of events.seated) {
      if (state.isSeated(seat) && seat.member instanceof Session) this.#options.onSeated(seat.member, seat);
    }
    // A seat that has been left is among those that left, or, if it was taken meanwhile, nowhere.
    const still = (seats: Iterable<MemberSeat>) => [...seats].filter((seat) => state.isSeated(seat));
    this.#notifier.notifyWatchers(epoch, state.size, {
      joined: still([...events.moved, ...events.seated]),
      left: change.departed,
      renamed: still(events.renamed),
      leased: still(events.leased),
      away: still(events.away).filter(({ client }) => client.isAway),
      back: still(events.back).filter(({ client }) => !client.isAway),
    });
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
    this.#unsaved.add(session);
    return session;
  }

  #wait(session: Session): void {
    this.#unsaved.add(session);
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
    if (seat.member instanceof Session) this.#unsaved.add(seat.member);
  }

  #move(seat: MemberSeat): void {
    const { member } = seat;
    if (member instanceof Session) {
      member.seat = seat;
      this.#unsaved.add(member);
    } else if (member instanceof DisconnectedMember) member.seat = seat;
    this.#note("moved", seat);
  }

  #note(kind: keyof Events, seat: MemberSeat): void {
    this.#events[kind].add(seat);
    this.#hasEvents = true;
  }
}

function noEvents(): Events {
  return {
    seated: new Set(),
    moved: new Set(),
    renamed: new Set(),
    leased: new Set(),
    away: new Set(),
    back: new Set(),
  };
}
