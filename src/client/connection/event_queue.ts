// A bounded queue between the client and the consumer of its events. Pushing never waits: a consumer that is too slow
// loses the oldest events and learns how many, so that a slow screen never holds up the connection.

/** Takes events in the order in which they happened. */
export interface EventSink<Event> {
  push(event: Event): void;
  /** There are no more events. May be called again. */
  end(): void;
}

export interface QueueBounds {
  readonly eventsQueued: number;
  /** Of all events together, as `lengthOf` counts; one that is longer is kept alone. */
  readonly eventsQueuedLength: number;
}

export interface QueueParts<Event> {
  readonly bounds: QueueBounds;
  readonly lengthOf: (event: Event) => number;
  /** Makes the event that replaces `count` dropped ones. */
  readonly toMissed: (count: number) => Event;
}

export class EventQueue<Event> implements EventSink<Event>, AsyncIterable<Event> {
  readonly #parts: QueueParts<Event>;
  readonly #events: { readonly event: Event; readonly length: number }[] = [];
  #length = 0;
  #missed = 0;
  #state: "open" | "ended" | "abandoned" = "open";
  #hasConsumer = false;
  #wake: (() => void) | undefined;

  constructor(parts: QueueParts<Event>) {
    this.#parts = parts;
  }

  push(event: Event): void {
    if (this.#state !== "open") return;
    const length = this.#parts.lengthOf(event);
    this.#events.push({ event, length });
    this.#length += length;
    while (this.#isTooFull()) {
      this.#shift();
      this.#missed++;
    }
    this.#wakeUp();
  }

  end(): void {
    if (this.#state === "open") this.#state = "ended";
    this.#wakeUp();
  }

  /** For one consumer; events pushed before it begins are kept for it. Leaving the loop ends the queue. */
  [Symbol.asyncIterator](): AsyncIterator<Event, undefined> {
    if (this.#hasConsumer) throw new Error("Cannot read the events twice: they have a consumer");
    this.#hasConsumer = true;
    return {
      next: () => this.#next(),
      return: () => {
        this.#state = "abandoned";
        this.#events.length = 0;
        this.#length = 0;
        this.#wakeUp();
        return Promise.resolve({ done: true, value: undefined });
      },
    };
  }

  async #next(): Promise<IteratorResult<Event, undefined>> {
    for (;;) {
      if (this.#missed > 0) {
        const value = this.#parts.toMissed(this.#missed);
        this.#missed = 0;
        return { done: false, value };
      }
      const value = this.#shift();
      if (value !== undefined) return { done: false, value };
      if (this.#state !== "open") return { done: true, value: undefined };
      await new Promise<void>((resolve) => this.#wake = resolve);
    }
  }

  #isTooFull(): boolean {
    const { eventsQueued, eventsQueuedLength } = this.#parts.bounds;
    const count = this.#events.length;
    return count > eventsQueued || (count > 1 && this.#length > eventsQueuedLength);
  }

  #shift(): Event | undefined {
    const first = this.#events.shift();
    this.#length -= first?.length ?? 0;
    return first?.event;
  }

  #wakeUp(): void {
    this.#wake?.();
    this.#wake = undefined;
  }
}
