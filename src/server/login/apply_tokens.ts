// Applies a new set of tokens to the connections that are open: some are closed, others get new rights.

import type { Replacement } from "./authenticator.ts";
import type { Seating } from "../seats/mod.ts";
import type { Session } from "../connection/mod.ts";

/** @returns how many connections were closed. */
export function applyTokens(
  replacement: Replacement,
  sessions: Iterable<Session>,
  seating: Pick<Seating, "watch" | "evict" | "roster">,
): number {
  let revoked = 0;
  for (const session of [...sessions]) {
    const { identity } = session;
    if (identity === undefined || !session.isOpen) continue;
    if (replacement.isRevoked(identity)) {
      session.closeWith("revoked", "Your token has been revoked");
      revoked++;
      continue;
    }
    session.rights = replacement.rightsOf(identity)!;
    if (!session.rights.watch) seating.watch(session, false);
  }
  // No client could resume these seats, and they would only delay the members below.
  for (const seat of [...seating.roster]) {
    const { identity, isOpen } = seat.member;
    if (!isOpen && identity !== undefined && replacement.isRevoked(identity)) {
      seating.evict(seat, "revoked");
    }
  }
  return revoked;
}
