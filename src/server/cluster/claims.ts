// Where in the log each seat was claimed last. A command from before that belongs to an earlier connection. It must not reach
// the new connection of its executor, or arrive after commands from the new connection of its issuer.

import type { Position, RosterSeat, SeatedClient } from "../../journal/mod.ts";

/** A command that is sent before this many claims and received after them is not recognized as late. */
const MAX_CLAIMS = 65_536;

interface Claim {
  readonly claimedAt: Position;
  /** The position of the last claim that moved it to another server. */
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

  /** @returns -1 if it is not known to have been claimed */
  claimedAt(ticket: number): Position {
    return this.#claims.get(ticket)?.claimedAt ?? -1;
  }

  /** @returns -1 if it is not known to have been at another server */
  movedAt(ticket: number): Position {
    return this.#claims.get(ticket)?.movedAt ?? -1;
  }
}
