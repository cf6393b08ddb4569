// The names of the others as far as this screen was told them. The server tells a departure by its ticket alone.

import type { Roster } from "../protocol/methods.ts";
import type { ClientEvent } from "./client_event.ts";

export class KnownNames {
  /** By ticket; bounded by the seats, since a departure takes its name out. */
  readonly #names = new Map<number, string>();

  of(ticket: number): string | undefined {
    return this.#names.get(ticket);
  }

  /** Takes an event in, after it was shown: until then the name of a member that left is needed. */
  apply(event: ClientEvent): void {
    switch (event.kind) {
      case "disconnected":
      case "missed":
        // Who leaves meanwhile is not told, so nothing known before need be true.
        return this.#names.clear();
      case "roster_changed": {
        const { joined, left, renamed } = event.change;
        for (const ticket of left) this.#names.delete(ticket);
        for (const { ticket, name } of [...joined, ...renamed]) this.#names.set(ticket, name);
        return;
      }
      default:
        return;
    }
  }

  /** Takes in a whole roster that was asked for. */
  load({ members }: Roster): void {
    this.#names.clear();
    for (const { ticket, name } of members) this.#names.set(ticket, name);
  }
}
