// Reads a client's events one by one, skipping what a test does not ask for.

import type { ClientEvent } from "../../../src/client/session/client_event.ts";

export class EventReader {
  readonly #iterator: AsyncIterator<ClientEvent>;

  constructor(events: AsyncIterable<ClientEvent>) {
    this.#iterator = events[Symbol.asyncIterator]();
  }

  /** The next event of that kind; fails at the end of the events. */
  async next<Kind extends ClientEvent["kind"]>(kind: Kind): Promise<ClientEvent & { kind: Kind }> {
    for (;;) {
      const { done, value } = await this.#iterator.next();
      if (done) throw new Error(`The events ended before "${kind}"`);
      if (value.kind === kind) return value as ClientEvent & { kind: Kind };
    }
  }

  /** Everything up to the end. */
  async rest(): Promise<ClientEvent[]> {
    const events: ClientEvent[] = [];
    for (let read = await this.#iterator.next(); !read.done; read = await this.#iterator.next()) {
      events.push(read.value);
    }
    return events;
  }
}
