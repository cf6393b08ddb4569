// The resume tokens of seats.

import type { Session } from "../connection/mod.ts";
import type { MemberSeat, RosterChanges } from "./roster_changes.ts";
import { hashToken, type TokenSource } from "./tokens.ts";

/** The seat that a token belongs to. */
export interface FoundSeat {
  readonly seat: MemberSeat;
  /** The token was used; a newer one has been issued but not confirmed. */
  readonly isUsed: boolean;
  /** Of the token. */
  readonly hash: string;
}

export class SeatTokens {
  readonly #tokens: TokenSource;
  readonly #graceMs: number;
  readonly #changes: RosterChanges;

  /** @param graceMs how long the seat of a member without a lease may be kept for it, in ms. */
  constructor(tokens: TokenSource, graceMs: number, changes: RosterChanges) {
    this.#tokens = tokens;
    this.#graceMs = graceMs;
    this.#changes = changes;
  }

  /** Issues a token that is sent with the next welcome. @returns its hash; `undefined` if the client cannot resume */
  issue(session: Session): string | undefined {
    const mayResume = session.mode !== "text" && (this.#graceMs > 0 || session.leaseMs > 0);
    if (!mayResume) return undefined;
    session.token = this.#tokens.issue();
    return hashToken(this.#tokens, session.token, session.identity);
  }

  /** The seat of a token that this identity holds; `undefined` for an invalid token. */
  find(token: string, identity: string | undefined): FoundSeat | undefined {
    const hash = hashToken(this.#tokens, token, identity);
    const seat = this.#changes.state.seatByHash(hash);
    return seat && { seat, hash, isUsed: hash === seat.client.usedHash };
  }
}
