// Notifies the promoted members, the watchers and the log of changes of the roster.

import type { Member as ShownMember, RosterChanged } from "../../protocol/methods/mod.ts";
import { clientRef, type Report } from "../../log/mod.ts";
import type { RosterChange, Seat } from "../../ranks/mod.ts";
import type { Member, Session } from "../connection/mod.ts";
import { notifyPromotions } from "./notify_promotions.ts";
import type { ToldSessions } from "./told_sessions.ts";

/** What has happened in the roster, apart from promotions. */
export interface RosterEvents {
  readonly joined: readonly Seat<Member>[];
  readonly left: readonly Seat<Member>[];
  readonly renamed: readonly Seat<Member>[];
  /** Members that were disconnected and whose seats stay reserved. */
  readonly away: readonly Seat<Member>[];
  /** Members that resumed their seats. */
  readonly back: readonly Seat<Member>[];
  /** Members that were granted a lease, or a longer one. */
  readonly leased: readonly Seat<Member>[];
}

export class RosterNotifier {
  readonly #report: Report;
  readonly #logPromotions: number;
  readonly #watchers = new Set<Session>();
  /** Watchers that have missed a notification. */
  readonly #behind = new WeakSet<Session>();

  /** Those who were notified are added to it. */
  readonly #told: ToldSessions;

  /** @param logPromotions how many promotions of one change are logged one by one; more are logged as one line. */
  constructor(report: Report, logPromotions: number, told: ToldSessions) {
    this.#report = report;
    this.#logPromotions = logPromotions;
    this.#told = told;
  }

  get hasWatchers(): boolean {
    return this.#watchers.size > 0;
  }

  watch(session: Session, isOn: boolean): void {
    if (isOn) this.#watchers.add(session);
    else this.#watchers.delete(session);
  }

  /** @param members the current number of members. */
  announcePromotions(change: RosterChange<Seat<Member>>, epoch: number, members: number): void {
    const { promoted } = change;
    if (promoted.length === 0) return;
    for (const { seat } of promoted) this.#told.add(seat.member);
    notifyPromotions(promoted, epoch, members);
    this.#logPromoted(promoted, epoch);
  }

  notifyWatchers(epoch: number, members: number, events: RosterEvents): void {
    const { joined, left, renamed, away, back, leased } = events;
    const params: RosterChanged = {
      epoch,
      members,
      joined: joined.map(showMember),
      left: left.map((seat) => seat.ticket),
      renamed: renamed.map(({ ticket, member }) => ({ ticket, name: member.name })),
      away: ticketsOf(away),
      back: ticketsOf(back),
      leased: leased.length === 0
        ? undefined
        : leased.map(({ ticket, member }) => ({ ticket, lease_ms: member.leaseMs })),
    };
    for (const watcher of this.#watchers) this.#notifyWatcher(watcher, params);
  }

  /** A watcher that does not keep up is not closed for what others do: it misses notifications, and the next says so. */
  #notifyWatcher(watcher: Session, params: RosterChanged): void {
    if (watcher.isBehind) {
      this.#behind.add(watcher);
      return;
    }
    const missed = this.#behind.delete(watcher) || undefined;
    this.#told.add(watcher);
    watcher.notify({ method: "roster_changed", params: { ...params, missed } });
  }

  #logPromoted(promoted: RosterChange<Seat<Member>>["promoted"], epoch: number): void {
    if (promoted.length > this.#logPromotions) {
      const first = promoted[0]!.seat.rank;
      const last = promoted.at(-1)!.seat.rank;
      return this.#report({ event: "clients_promoted", count: promoted.length, first, last, epoch });
    }
    for (const { seat, was } of promoted) {
      this.#report({ event: "client_promoted", ...clientRef(seat.member), rank: seat.rank, was, epoch });
    }
  }
}

/** `undefined` for none: the field is then left out. */
function ticketsOf(seats: readonly Seat<Member>[]): number[] | undefined {
  return seats.length === 0 ? undefined : seats.map((seat) => seat.ticket);
}

/** What the roster shows of a seat. */
export interface ListedSeat extends Pick<Seat<Member>, "rank" | "ticket"> {
  readonly member: Pick<Member, "name" | "address" | "since" | "leaseMs" | "isOpen">;
}

/** A member as it is listed in the roster. */
export function showMember({ rank, ticket, member }: ListedSeat): ShownMember {
  const { name, address, since, leaseMs, isOpen } = member;
  return {
    rank,
    ticket,
    name,
    address,
    since: new Date(since).toISOString(),
    lease_ms: leaseMs > 0 ? leaseMs : undefined,
    away: isOpen ? undefined : true,
  };
}
