// Determines the executors of a command: a member may command only the members below it, and never itself. Pure.

import type { Seat } from "./rank_manager.ts";

/** Whether `a` is above `b`, which has the higher ticket. Tickets never change, so neither does the result. */
export function outranks(a: { readonly ticket: number }, b: { readonly ticket: number }): boolean {
  return a.ticket < b.ticket;
}

export type Choice<Member> =
  | { readonly ok: true; readonly executors: readonly Seat<Member>[] }
  /** `rank` is above the issuer, or the issuer's own. */
  | { readonly ok: false; readonly reason: "outranked"; readonly rank: number }
  /** No member has `rank`; without `rank`, there is no member below the issuer. */
  | { readonly ok: false; readonly reason: "no_recipient"; readonly rank?: number | undefined };

/**
 * The executors of a command, in rank order and without duplicates: all members below the issuer, or the chosen ranks.
 *
 * One rank that the issuer may not command rejects the whole choice, with precedence over a rank without a member.
 *
 * @param roster the settled roster in ticket order, so that the index is the rank.
 * @param to the chosen ranks; `undefined` for all members below.
 */
export function chooseExecutors<Member>(
  roster: readonly Seat<Member>[],
  issuer: Seat<Member>,
  to?: readonly number[],
): Choice<Member> {
  if (to === undefined) {
    const below = roster.slice(issuer.rank + 1);
    return below.length > 0 ? { ok: true, executors: below } : { ok: false, reason: "no_recipient" };
  }
  if (to.length === 0) return { ok: false, reason: "no_recipient" };
  // Checked before anything is allocated: an untrusted client may list very many ranks.
  let first = Infinity;
  let last = -Infinity;
  for (const rank of to) {
    if (rank < first) first = rank;
    if (rank > last) last = rank;
  }
  if (first <= issuer.rank) return { ok: false, reason: "outranked", rank: first };
  if (last >= roster.length) return { ok: false, reason: "no_recipient", rank: last };
  const ranks = [...new Set(to)].sort((a, b) => a - b);
  return { ok: true, executors: ranks.map((rank) => roster[rank]!) };
}
