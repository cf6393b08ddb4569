// Applies what happened to the roster: departures are noted and applied a turn later, all of a turn as one change, or as
// soon as anybody looks. Then everybody whom it concerns is told, and whoever waits gets what came free.

import type { Report } from "../../log/mod.ts";
import type { RankManager, RosterChange, Seat } from "../../ranks/mod.ts";
import type { Member, Session } from "../connection/mod.ts";
import { type News, RosterNotifier } from "./roster_notifier.ts";

export interface RosterChangesOptions {
  readonly ranks: RankManager<Member>;
  readonly report: Report;
  /** Promotions of one change that are logged one by one; beyond that in one line. */
  readonly logPromotions: number;
  readonly nextTurn: (callback: () => void) => void;
  /** Starts the writes of what was queued. */
  readonly flush: () => void;
  /** Seats whoever waited longest. False when there is nobody, or no seat. */
  readonly seatNext: () => boolean;
  /** Called when all is settled. */
  readonly onSettled: () => void;
}

export class RosterChanges {
  readonly #options: RosterChangesOptions;
  readonly #news: RosterNotifier;
  /** Seats whose members went away or came back since the last settling. */
  #away: Seat<Member>[] = [];
  #back: Seat<Member>[] = [];
  #isBooked = false;

  constructor(options: RosterChangesOptions) {
    this.#options = options;
    this.#news = new RosterNotifier(options.report, options.logPromotions);
  }

  watch(session: Session, isOn: boolean): void {
    this.#news.watch(session, isOn);
  }

  /** The member is gone and its seat is kept; told with the next settling, which is booked. */
  noteAway(seat: Seat<Member>): void {
    this.#away.push(seat);
    this.book();
  }

  /** The member has its seat back; told with the next settling. */
  noteBack(seat: Seat<Member>): void {
    this.#back.push(seat);
  }

  /** Sees to it that what is noted is applied in the next turn. */
  book(): void {
    if (this.#isBooked) return;
    this.#isBooked = true;
    this.#options.nextTurn(() => {
      this.#isBooked = false;
      this.settle();
      this.#options.flush();
    });
  }

  /** Applies what is only noted yet, and tells everybody. */
  settle(): void {
    const { ranks, seatNext, onSettled } = this.#options;
    // The news may close a member that does not read, and then that is the next change.
    for (;;) {
      const change = ranks.settle();
      if (change === undefined && this.#away.length + this.#back.length === 0) {
        if (seatNext()) continue;
        break;
      }
      const also = { away: this.#away, back: this.#back };
      this.#away = [];
      this.#back = [];
      if (change !== undefined) this.announce(change, also);
      else this.#news.tellWatchers(ranks.revise(), ranks.size, also);
    }
    onSettled();
  }

  /** Tells a change that was applied, and what came with it. */
  announce(change: RosterChange<Member>, also: News): void {
    this.#news.announce(change, this.#options.ranks.size, also);
  }

  /** Tells those who watch what is new in the roster as it is. */
  tellWatchers(news: News, except?: Session): void {
    const { epoch, size } = this.#options.ranks;
    this.#news.tellWatchers(epoch, size, news, except);
  }
}
