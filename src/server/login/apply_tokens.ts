// What becomes of those who are in already when the tokens change: out at once, or other rights.

import type { Replacement } from "./authenticator.ts";
import type { Seating } from "../seats/mod.ts";
import type { Session } from "../connection/mod.ts";

/** @returns how many connections were closed. */
export function applyTokens(
  replacement: Replacement,
  sessions: Iterable<Session>,
  seating: Pick<Seating, "watch" | "resume" | "roster">,
): number {
  let revoked = 0;
  for (const session of [...sessions]) {
    const { identity } = session;
    if (identity === undefined || !session.isOpen) continue;
    if (replacement.isRevoked(identity)) {
      session.closeWith("revoked", "your token is not good any more");
      revoked++;
      continue;
    }
    session.rights = replacement.rightsOf(identity)!;
    if (!session.rights.watch) seating.watch(session, false);
  }
  // Nobody could take these back, and they would only hold up those behind them.
  for (const seat of [...seating.roster]) {
    const { identity, isOpen } = seat.member;
    if (!isOpen && identity !== undefined && replacement.isRevoked(identity)) {
      seating.resume.evict(seat, "revoked");
    }
  }
  return revoked;
}
