// The rule of who may command whom: a member commands those behind it, nobody else, and never itself. Pure.

import type { Seat } from "./rank_manager.ts";

/** A outranks B when A's ticket is lower. Neither ticket ever changes, so the answer never does. */
export function outranks(a: { readonly ticket: number }, b: { readonly ticket: number }): boolean {
  return a.ticket < b.ticket;
}

export type Choice<Member> =
  | { readonly ok: true; readonly executors: readonly Seat<Member>[] }
  /** `rank` is not below the issuer: it is above it, or the issuer itself. */
  | { readonly ok: false; readonly reason: "outranked"; readonly rank: number }
  /** Nobody ranks below the issuer, or nobody holds `rank`. */
  | { readonly ok: false; readonly reason: "no_recipient"; readonly rank?: number };

/**
 * The executors of a command, in rank order and each once: everybody below the issuer, or the chosen ranks.
 *
 * One rank that the issuer may not command rejects the whole choice; it is told before a rank that nobody holds.
 *
 * @param roster settled members in ticket order, the index being the rank.
 * @param to chosen ranks; `undefined` means everybody below.
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
  const ranks = [...new Set(to)].sort((a, b) => a - b);
  const first = ranks[0];
  const last = ranks.at(-1);
  if (first === undefined || last === undefined) return { ok: false, reason: "no_recipient" };
  if (last >= roster.length && first > issuer.rank) return { ok: false, reason: "no_recipient", rank: last };
  const executors: Seat<Member>[] = [];
  for (const rank of ranks) {
    const seat = roster[rank];
    if (seat === undefined || !outranks(issuer, seat)) return { ok: false, reason: "outranked", rank };
    executors.push(seat);
  }
  return { ok: true, executors };
}
