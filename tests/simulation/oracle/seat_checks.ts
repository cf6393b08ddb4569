// Checks of seats, as the server reports them and as clients see them (G1, G2, G3, G6).

import type { ClientEvent } from "../../../src/client/session/client_event.ts";
import type { Roster } from "../../../src/protocol/methods/mod.ts";
import type { ServerEvent } from "../../../src/log/server_event.ts";
import { FORGETTING } from "../faults/fault.ts";
import type { Scenario } from "../scenario.ts";
import type { SimProcess } from "../world/process.ts";
import type { Violate } from "./violation.ts";

interface SeenPlace {
  readonly ticket: number;
  readonly rank: number;
  readonly epoch: number;
}

interface ClientAddress {
  readonly ip: string;
  readonly port: number;
}

const addressOf = ({ ip, port }: ClientAddress) => `${ip}:${port}`;

export class SeatChecks {
  readonly #capacity: number;
  readonly #violate: Violate;
  /** Several servers agree about tickets and epochs, and each reports its own clients. */
  readonly #isSingle: boolean;
  /** Whether a restarted server knows all seats that it has told its clients of. */
  readonly #keepsSeats: boolean;
  /** The tickets of the taken seats, according to the server's events. */
  readonly #seats = new Set<number>();
  /** The ticket of each connection, by the address of the client. */
  readonly #ticketOf = new Map<string, number>();
  /** The last place that each client was told. */
  readonly #places = new Map<string, SeenPlace>();
  /** The current server process. */
  #server: SimProcess | undefined;
  /** The server process that each client is connected to. It may be an earlier one, with data in transit. */
  readonly #serverOf = new Map<string, SimProcess>();
  /** The tickets that clients of the current server process were told, by epoch and rank. */
  readonly #told = new Map<number, Map<number, number>>();

  constructor({ capacity, hasStore, faults, cluster }: Scenario, violate: Violate) {
    this.#capacity = capacity;
    this.#isSingle = cluster === undefined;
    this.#keepsSeats = !this.#isSingle || hasStore && !faults.some(({ kind }) => FORGETTING.includes(kind));
    this.#violate = violate;
  }

  connected(name: string, server: SimProcess): void {
    this.#serverOf.set(name, server);
  }

  serverStarts(server: SimProcess): void {
    if (!this.#isSingle) return;
    this.#server = server;
    this.#seats.clear();
    this.#ticketOf.clear();
    this.#told.clear();
    if (!this.#keepsSeats) this.#places.clear();
  }

  /** Seats that the server has found in its store. */
  restored(seats: readonly (ClientAddress & { readonly ticket: number })[]): void {
    for (const seat of seats) this.#sit(seat);
  }

  /** The number of seats in the state of a server of several. */
  stateSeen(server: string, size: number): void {
    if (size > this.#capacity) this.#violate("G3", `${server} has ${size} seats, of ${this.#capacity}`);
  }

  serverEvent(event: ServerEvent): void {
    if (!this.#isSingle) return;
    switch (event.event) {
      case "client_seated":
        return this.#sit(event);
      case "client_back":
        this.#ticketOf.set(addressOf(event), event.ticket);
        return;
      case "client_yielded":
        this.#seats.delete(this.#ticketOf.get(addressOf(event))!);
        return this.#sit(event);
      case "client_left":
        this.#seats.delete(event.ticket);
        return;
    }
  }

  clientEvent(name: string, event: ClientEvent): void {
    switch (event.kind) {
      case "welcome": {
        const { rank, ticket, epoch, members, capacity } = event.welcome;
        if (rank >= members || members > capacity) {
          this.#violate(
            "G1",
            `${name} was welcomed with rank ${rank} of ${members} members, ${capacity} seats`,
          );
        }
        return this.#see(name, { rank, ticket, epoch });
      }
      case "yielded":
        return this.#see(name, event.place);
      case "promoted": {
        const before = this.#places.get(name);
        if (before === undefined) return;
        const { rank, was, epoch } = event.promoted;
        if (was !== before.rank || rank >= was || epoch <= before.epoch) {
          this.#violate(
            "G6",
            `${name}, rank ${before.rank} at epoch ${before.epoch}, was told that it has rank ${rank} instead of ${was} ` +
              `at epoch ${epoch}`,
          );
        }
        return this.#see(name, { ticket: before.ticket, rank, epoch });
      }
      case "disconnected":
        this.#serverOf.delete(name);
        return;
    }
  }

  clientEnded(name: string): void {
    this.#places.delete(name);
    this.#serverOf.delete(name);
  }

  rosterSeen(name: string, { members, capacity }: Roster): void {
    members.forEach(({ rank, ticket }, at) => {
      if (rank !== at) this.#violate("G1", `${name} got a roster with rank ${rank} in place ${at}`);
      if (at > 0 && ticket <= members[at - 1]!.ticket) {
        this.#violate("G2", `${name} got a roster out of order`);
      }
    });
    if (members.length > capacity) {
      this.#violate("G3", `${name} got a roster of ${members.length} for ${capacity} seats`);
    }
  }

  #sit(client: ClientAddress & { readonly ticket: number }): void {
    this.#seats.add(client.ticket);
    this.#ticketOf.set(addressOf(client), client.ticket);
    if (this.#seats.size > this.#capacity) {
      this.#violate("G3", `${this.#seats.size} seats are taken, of ${this.#capacity}`);
    }
  }

  /** A client was told its place. */
  #see(name: string, place: SeenPlace): void {
    const before = this.#places.get(name);
    this.#places.set(name, { ticket: place.ticket, rank: place.rank, epoch: place.epoch });
    if (before?.ticket === place.ticket && place.rank > before.rank) {
      this.#violate(
        "G2",
        `${name} (ticket ${place.ticket}) had rank ${before.rank} and now has ${place.rank}`,
      );
    }
    if (this.#isSingle && this.#serverOf.get(name) !== this.#server) return;
    let ranks = this.#told.get(place.epoch);
    if (ranks === undefined) this.#told.set(place.epoch, ranks = new Map());
    const other = ranks.get(place.rank);
    if (other !== undefined && other !== place.ticket) {
      this.#violate(
        "G1",
        `tickets ${other} and ${place.ticket} both have rank ${place.rank} at epoch ${place.epoch}`,
      );
    }
    ranks.set(place.rank, place.ticket);
  }
}
