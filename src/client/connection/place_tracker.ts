// Keeps the member's own place up to date from the events on their way to the consumer, so that it reflects the latest
// event even when the consumer is behind.

import type { ClientEvent, OwnPlace } from "../session/mod.ts";
import type { EventSink } from "./event_queue.ts";

export class PlaceTracker implements EventSink<ClientEvent> {
  readonly #next: EventSink<ClientEvent>;
  #place: OwnPlace | undefined;

  constructor(next: EventSink<ClientEvent>) {
    this.#next = next;
  }

  get place(): OwnPlace | undefined {
    return this.#place;
  }

  push(event: ClientEvent): void {
    this.#place = placeAfter(this.#place, event);
    this.#next.push(event);
  }

  end(): void {
    this.#place = undefined;
    this.#next.end();
  }
}

/** The place after an event. */
export function placeAfter(place: OwnPlace | undefined, event: ClientEvent): OwnPlace | undefined {
  switch (event.kind) {
    case "welcome": {
      const { rank, ticket, epoch, members, capacity, commands, limits } = event.welcome;
      return { rank, ticket, epoch, members, capacity, commands, limits };
    }
    case "promoted": {
      const { rank, epoch, members } = event.promoted;
      return place && { ...place, rank, epoch, members };
    }
    case "yielded": {
      const { rank, ticket, epoch, members } = event.place;
      return place && { ...place, rank, ticket, epoch, members };
    }
    case "roster_changed": {
      const { epoch, members } = event.change;
      return place && { ...place, epoch, members };
    }
    case "commands_changed":
      return place && { ...place, commands: event.commands };
    case "disconnected":
      return undefined;
    default:
      return place;
  }
}
