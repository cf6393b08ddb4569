// Joins the rank manager to the sessions: seats them, takes their seats back, and tells everybody what that changed.
// Departures are applied a turn later, all of a turn as one change, or as soon as anybody looks at the roster.

import type { CloseReason, Member, Roster, RosterChanged, Welcome } from "../protocol/methods.ts";
import { PROTOCOL_VERSION } from "../protocol/methods.ts";
import type { Report } from "../log/server_event.ts";
import { visible } from "../log/visible_text.ts";
import { RankManager, type RosterChange, type Seat } from "../ranks/rank_manager.ts";
import { sendPromotions } from "./send_promotions.ts";
import type { Session } from "./session.ts";

export interface SeatingOptions {
  readonly capacity: number;
  readonly commands: readonly string[];
  /** Promotions of one change that are logged one by one; beyond that in one line. */
  readonly logPromotions: number;
  readonly report: Report;
  readonly nextTurn: (callback: () => void) => void;
  /** Starts the writes of what was queued. */
  readonly flush: () => void;
}

export class Seating {
  readonly #options: SeatingOptions;
  readonly #ranks: RankManager<Session>;
  readonly #watchers = new Set<Session>();
  /** Watchers that have missed news. */
  readonly #behind = new WeakSet<Session>();
  #isSettleBooked = false;

  constructor(options: SeatingOptions) {
    this.#options = options;
    this.#ranks = new RankManager(options.capacity);
  }

  /** The members by rank, everything settled. Not to be kept beyond the turn. */
  get roster(): readonly Seat<Session>[] {
    this.settle();
    return this.#ranks.roster;
  }

  /** As of the last settling: whoever left since still stands in it. */
  get unsettledRoster(): readonly Seat<Session>[] {
    return this.#ranks.roster;
  }

  get epoch(): number {
    return this.#ranks.epoch;
  }

  get capacity(): number {
    return this.#ranks.capacity;
  }

  /** Seats a session and welcomes it; false when all seats are taken. */
  seat(session: Session): boolean {
    this.settle();
    const seat = this.#ranks.join(session);
    if (seat === undefined) return false;
    session.seat = seat;
    const { ip, port } = session;
    const { rank, ticket } = seat;
    this.#options.report({ event: "client_seated", ip, port, rank, ticket, epoch: this.epoch });
    session.notify({ method: "welcome", params: this.welcome(seat) });
    this.#tellWatchers({ joined: [seat] }, session);
    return true;
  }

  /** Takes the seat back, if there is one. */
  unseat(session: Session, reason: CloseReason): void {
    this.#watchers.delete(session);
    const seat = session.seat;
    if (seat === undefined || !this.#ranks.leave(seat)) return;
    const { ip, port } = session;
    this.#options.report({ event: "client_left", ip, port, rank: seat.rank, ticket: seat.ticket, reason });
    this.#bookSettling();
  }

  /** Applies departures that are only noted yet and tells everybody whom they moved. */
  settle(): void {
    // The news may close a member that does not read, and then that is the next change.
    for (let change; (change = this.#ranks.settle()) !== undefined;) this.#announce(change, {});
  }

  /** Gives a member the place behind all others; its old one when it has been closed meanwhile. */
  moveToEnd(session: Session): Seat<Session> {
    this.settle();
    const old = session.seat!;
    if (!session.isOpen) return old;
    const { seat, change } = this.#ranks.rejoin(old);
    session.seat = seat;
    const { ip, port } = session;
    this.#options.report({
      event: "client_yielded",
      ip,
      port,
      rank: seat.rank,
      was: old.rank,
      ticket: seat.ticket,
    });
    this.#announce(change, { joined: [seat] });
    return seat;
  }

  rename(session: Session, name: string): void {
    this.settle();
    const { seat, ip, port } = session;
    if (seat === undefined || session.name === name) return;
    session.name = name;
    this.#ranks.revise();
    this.#options.report({ event: "client_named", ip, port, rank: seat.rank, name: visible(name) });
    this.#tellWatchers({ renamed: [seat] });
  }

  watch(session: Session, isOn: boolean): void {
    if (isOn) this.#watchers.add(session);
    else this.#watchers.delete(session);
  }

  welcome(seat: Seat<Session>): Welcome {
    return {
      rank: seat.rank,
      ticket: seat.ticket,
      epoch: this.epoch,
      members: this.#ranks.size,
      capacity: this.capacity,
      commands: [...this.#options.commands],
      protocol: PROTOCOL_VERSION,
    };
  }

  /** The whole roster as `seat` is to see it. */
  rosterFor(seat: Seat<Session>): Roster {
    const members = this.roster.map(toMember);
    return { epoch: this.epoch, capacity: this.capacity, members, you: seat.rank };
  }

  #bookSettling(): void {
    if (this.#isSettleBooked) return;
    this.#isSettleBooked = true;
    this.#options.nextTurn(() => {
      this.#isSettleBooked = false;
      this.settle();
      this.#options.flush();
    });
  }

  #announce(change: RosterChange<Session>, also: { joined?: readonly Seat<Session>[] }): void {
    sendPromotions(change, this.#ranks.size);
    this.#reportPromotions(change);
    this.#tellWatchers({ left: change.departed, ...also });
  }

  #reportPromotions({ promoted, epoch }: RosterChange<Session>): void {
    const { report, logPromotions } = this.#options;
    if (promoted.length > logPromotions) {
      const first = promoted[0]!.seat.rank;
      const last = promoted.at(-1)!.seat.rank;
      return report({ event: "clients_promoted", count: promoted.length, first, last, epoch });
    }
    for (const { seat, was } of promoted) {
      const { ip, port } = seat.member;
      report({ event: "client_promoted", ip, port, rank: seat.rank, was, epoch });
    }
  }

  #tellWatchers(
    what: {
      joined?: readonly Seat<Session>[];
      left?: readonly Seat<Session>[];
      renamed?: readonly Seat<Session>[];
    },
    except?: Session,
  ): void {
    if (this.#watchers.size === 0) return;
    const params = {
      epoch: this.epoch,
      members: this.#ranks.size,
      joined: (what.joined ?? []).map(toMember),
      left: (what.left ?? []).map((seat) => seat.ticket),
      renamed: (what.renamed ?? []).map(({ ticket, member }) => ({ ticket, name: member.name })),
    };
    for (const watcher of this.#watchers) {
      if (watcher !== except) this.#tellWatcher(watcher, params);
    }
  }

  /** One that does not keep up is not closed for what others do: it misses news, and the next says so. */
  #tellWatcher(watcher: Session, params: RosterChanged): void {
    if (watcher.isBehind) {
      this.#behind.add(watcher);
      return;
    }
    const missed = this.#behind.delete(watcher) ? { missed: true } : {};
    watcher.notify({ method: "roster_changed", params: { ...params, ...missed } });
  }
}

function toMember({ rank, ticket, member }: Seat<Session>): Member {
  return {
    rank,
    ticket,
    name: member.name,
    address: member.address,
    since: new Date(member.since).toISOString(),
  };
}
