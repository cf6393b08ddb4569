// Reads the events of a client as they happen, unless it has stopped reading, and notes how many have waited then.

import type { ClientEvent } from "../../../src/client/session/client_event.ts";
import { CLIENT_BOUNDS } from "../../../src/config/keys/client_bounds.ts";
import type { BoundChecks } from "../oracle/bound_checks.ts";

const EVENTS = "events of a client";

export class EventConsumer {
  readonly #bounds: BoundChecks;
  /** The events that have happened and were neither read nor dropped. */
  #waiting = 0;
  #hasPaused = false;
  #pause: PromiseWithResolvers<void> | undefined;

  constructor(bounds: BoundChecks) {
    this.#bounds = bounds;
  }

  /** An event has happened. */
  note(): void {
    this.#waiting++;
  }

  pause(): void {
    this.#pause ??= Promise.withResolvers();
  }

  resume(): void {
    if (this.#pause === undefined) return;
    this.#hasPaused = true;
    this.#pause.resolve();
    this.#pause = undefined;
  }

  async read(events: AsyncIterable<ClientEvent>): Promise<void> {
    for await (const event of events) {
      if (event.kind === "missed") {
        this.#waiting -= event.count;
        this.#bounds.exceeded(EVENTS);
      } else {
        // Only then nothing can have happened since the queue gave this event.
        if (this.#hasPaused) this.#bounds.note(EVENTS, this.#waiting, CLIENT_BOUNDS.eventsQueued);
        this.#hasPaused = false;
        this.#waiting--;
      }
      await this.#pause?.promise;
    }
  }
}
