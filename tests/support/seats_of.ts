// Rosters of seats that are there in name only.

import { RankManager, type Seat } from "../../src/ranks/mod.ts";

export interface SeatsOf<Member> {
  readonly ranks: RankManager<Seat<Member>>;
  /** In ticket order; the ranks are settled. */
  readonly seats: readonly Seat<Member>[];
}

/** Seats these members, with the tickets 1, 2, 3... */
export function seatsOf<Member>(members: Iterable<Member>): SeatsOf<Member> {
  const ranks = new RankManager<Seat<Member>>();
  const seats = Array.from(members, (member, i) => newSeat(i + 1, member));
  for (const seat of seats) ranks.append(seat);
  ranks.settle();
  return { ranks, seats };
}

/** A seat without a rank: the rank manager gives it one. */
export function newSeat<Member>(ticket: number, member: Member): Seat<Member> {
  return { ticket, rank: -1, member };
}
