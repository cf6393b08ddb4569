// The resume tokens of seats. A client gets one when it is seated; it is recorded once the client has shown that it is a
// program.

import type { Session } from "../connection/mod.ts";
import type { MemberSeat, RosterChanges } from "./roster_changes.ts";
import { hashToken, type IssuedToken, issueToken, type TokenSource } from "./tokens.ts";

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

  constructor(tokens: TokenSource, graceMs: number, changes: RosterChanges) {
    this.#tokens = tokens;
    this.#graceMs = graceMs;
    this.#changes = changes;
  }

  /** The first token of a member that may come back; `undefined` for others, and for those that have one. */
  issueFirst(session: Session): string | undefined {
    const mayResume = this.#mayResume(session);
    if (!mayResume) session.tokenHash = undefined;
    if (!mayResume || session.tokenHash !== undefined || session.seat?.client.hash !== undefined) {
      return undefined;
    }
    const { token, hash } = this.issue(session);
    session.tokenHash = hash;
    if (session.mode === "json") this.record(session);
    return token;
  }

  /** Another token for a member that moves; `undefined` when it may not come back. */
  issueNext(session: Session): IssuedToken | undefined {
    return this.#mayResume(session) ? this.issue(session) : undefined;
  }

  issue({ identity }: Session): IssuedToken {
    return issueToken(this.#tokens, identity);
  }

  /** The client is a program: its token claims its seat from now on. */
  record(session: Session): void {
    const { seat, tokenHash } = session;
    if (seat === undefined || tokenHash === undefined) return;
    session.tokenHash = undefined;
    this.#changes.append({ kind: "token", ticket: seat.ticket, n: seat.client.n, hash: tokenHash });
  }

  /** The seat of a token that this identity holds; `undefined` for an invalid token. */
  find(token: string, identity: string | undefined): FoundSeat | undefined {
    const hash = hashToken(this.#tokens, token, identity);
    const seat = this.#changes.state.seatByHash(hash);
    return seat && { seat, hash, isUsed: hash === seat.client.usedHash };
  }

  #mayResume(session: Session): boolean {
    return session.mode !== "text" && (this.#graceMs > 0 || session.leaseMs > 0);
  }
}
