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
  if (to.length === 0) return { ok: false, reason: "no_recipient" };
  // Looked at before anything is built of them: a stranger may name a great many.
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
