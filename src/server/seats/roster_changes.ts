// Applies changes of the roster. Departures are recorded and applied in the next iteration of the event loop, all of them
// as one change, or earlier when the roster is read. Then members and watchers are notified, and free seats are assigned.

import type { Report } from "../../log/mod.ts";
import type { RankManager, RosterChange, Seat } from "../../ranks/mod.ts";
import type { Member, Session } from "../connection/mod.ts";
import { type RosterEvents, RosterNotifier } from "./roster_notifier.ts";

export interface RosterChangesOptions {
  readonly ranks: RankManager<Member>;
  readonly report: Report;
  /** How many promotions of one change are logged one by one; more are logged as one line. */
  readonly logPromotions: number;
  readonly afterIo: (callback: () => void) => void;
  /** Starts writing what has been queued. */
  readonly flush: () => void;
  /** Gives a free seat to the session that has waited longest. False when there is no such seat or session. */
  readonly seatNext: () => boolean;
  /** Called before departures are applied: what must be one change with them. */
  readonly onSettling: () => void;
  /** Called when ranks have changed. */
  readonly onChanged: () => void;
  /** Called when all changes are applied. */
  readonly onSettled: () => void;
}

export class RosterChanges {
  readonly #options: RosterChangesOptions;
  readonly #notifier: RosterNotifier;
  /** Seats whose members were disconnected or came back since the roster was last settled. */
  #away: Seat<Member>[] = [];
  #back: Seat<Member>[] = [];
  #isScheduled = false;

  constructor(options: RosterChangesOptions) {
    this.#options = options;
    this.#notifier = new RosterNotifier(options.report, options.logPromotions);
  }

  watch(session: Session, isOn: boolean): void {
    this.#notifier.watch(session, isOn);
  }

  /** The member of a seat that stays reserved was disconnected. */
  noteAway(seat: Seat<Member>): void {
    this.#away.push(seat);
    this.schedule();
  }

  /** The member of a seat has come back; the caller settles the roster. */
  noteBack(seat: Seat<Member>): void {
    this.#back.push(seat);
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

  /** Applies all recorded changes and sends the notifications. */
  settle(): void {
    const { ranks, seatNext, onSettling, onSettled } = this.#options;
    // A notification may close a session that does not read, which is the next change.
    for (;;) {
      onSettling();
      const change = ranks.settle();
      if (change === undefined && this.#away.length + this.#back.length === 0) {
        if (seatNext()) continue;
        break;
      }
      const also = { away: this.#away, back: this.#back };
      this.#away = [];
      this.#back = [];
      if (change !== undefined) this.announce(change, also);
      else this.#notifier.notifyWatchers(ranks.revise(), ranks.size, also);
    }
    onSettled();
  }

  /** Notifies all clients concerned of an applied change, and of the events that accompany it. */
  announce(change: RosterChange<Member>, also: RosterEvents): void {
    const { ranks, onChanged } = this.#options;
    onChanged();
    this.#notifier.announce(change, ranks.size, also);
  }

  /** Notifies the watchers of events that changed no rank. */
  notifyWatchers(events: RosterEvents, except?: Session): void {
    const { epoch, size } = this.#options.ranks;
    this.#notifier.notifyWatchers(epoch, size, events, except);
  }
}
