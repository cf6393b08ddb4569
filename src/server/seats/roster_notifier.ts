// Tells the members, the watchers and the log what changed in the roster.

import type { Member as ShownMember, RosterChanged } from "../../protocol/methods/mod.ts";
import type { Report } from "../../log/mod.ts";
import type { RosterChange, Seat } from "../../ranks/mod.ts";
import type { Member, Session } from "../connection/mod.ts";
import { notifyPromotions } from "./promotions.ts";

/** What happened beside departures and promotions. */
export interface News {
  readonly joined?: readonly Seat<Member>[];
  readonly left?: readonly Seat<Member>[];
  readonly renamed?: readonly Seat<Member>[];
  /** Members whose connections ended and whose seats are kept. */
  readonly away?: readonly Seat<Member>[];
  /** Members that took their seats back. */
  readonly back?: readonly Seat<Member>[];
  /** Members that were granted a lease, or a longer one. */
  readonly leased?: readonly Seat<Member>[];
}

export class RosterNotifier {
  readonly #report: Report;
  readonly #logPromotions: number;
  readonly #watchers = new Set<Session>();
  /** Watchers that have missed news. */
  readonly #behind = new WeakSet<Session>();

  /** @param logPromotions promotions of one change that are logged one by one; beyond that in one line. */
  constructor(report: Report, logPromotions: number) {
    this.#report = report;
    this.#logPromotions = logPromotions;
  }

  watch(session: Session, isOn: boolean): void {
    if (isOn) this.#watchers.add(session);
    else this.#watchers.delete(session);
  }

  /** Tells everybody whom a change moved, then the watchers. @param members how many there are now. */
  announce(change: RosterChange<Member>, members: number, also: News = {}): void {
    notifyPromotions(change, members);
    this.#reportPromotions(change);
    this.tellWatchers(change.epoch, members, { left: change.departed, ...also });
  }

  tellWatchers(epoch: number, members: number, news: News, except?: Session): void {
    if (this.#watchers.size === 0) return;
    const params: RosterChanged = {
      epoch,
      members,
      joined: (news.joined ?? []).map(showMember),
      left: (news.left ?? []).map((seat) => seat.ticket),
      renamed: (news.renamed ?? []).map(({ ticket, member }) => ({ ticket, name: member.name })),
      ...ticketsOf("away", news.away),
      ...ticketsOf("back", news.back),
      leased: news.leased?.map(({ ticket, member }) => ({ ticket, lease_ms: member.leaseMs })),
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

  #reportPromotions({ promoted, epoch }: RosterChange<Member>): void {
    if (promoted.length > this.#logPromotions) {
      const first = promoted[0]!.seat.rank;
      const last = promoted.at(-1)!.seat.rank;
      return this.#report({ event: "clients_promoted", count: promoted.length, first, last, epoch });
    }
    for (const { seat, was } of promoted) {
      const { ip, port } = seat.member;
      this.#report({ event: "client_promoted", ip, port, rank: seat.rank, was, epoch });
    }
  }
}

/** Left out where there are none, as there never are without a grace. */
function ticketsOf<Name extends string>(name: Name, seats: readonly Seat<Member>[] = []) {
  return seats.length === 0 ? {} : { [name]: seats.map((seat) => seat.ticket) } as Record<Name, number[]>;
}

/** A member as the roster shows it. */
export function showMember({ rank, ticket, member }: Seat<Member>): ShownMember {
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
