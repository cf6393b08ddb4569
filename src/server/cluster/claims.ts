// Where in the log seats were claimed last. What was sent before belongs to an earlier connection: it must not reach the new one
// of its executor, and must not follow what the new one of its issuer has sent.

import type { Position, RosterSeat, SeatedClient } from "../../journal/mod.ts";

/** What is sent before this many claims, and received after them, is not recognized as late. */
const MAX_CLAIMS = 65_536;

interface Claim {
  readonly claimedAt: Position;
  /** The last one by which it got another server. */
  readonly movedAt: Position;
}

export class Claims {
  /** By ticket, the latest one last; also of seats that have left. */
  readonly #claims = new Map<number, Claim>();

  /** @param before the client, before the record at this position */
  add({ ticket, client }: RosterSeat, before: SeatedClient, position: Position): void {
    const movedAt = client.node === before.node ? this.movedAt(ticket) : position;
    this.#claims.delete(ticket);
    this.#claims.set(ticket, { claimedAt: position, movedAt });
    if (this.#claims.size <= MAX_CLAIMS) return;
    const [oldest] = this.#claims.keys();
    this.#claims.delete(oldest!);
  }

  /** -1: not known to have been claimed. */
  claimedAt(ticket: number): Position {
    return this.#claims.get(ticket)?.claimedAt ?? -1;
  }

  /** -1: not known to have had another server. */
  movedAt(ticket: number): Position {
    return this.#claims.get(ticket)?.movedAt ?? -1;
  }
}
