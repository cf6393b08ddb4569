// A bounded queue between what happens and the one who wants to know. Pushing never waits: a consumer that is too slow
// loses the oldest events and is told how many, so that a slow screen can never hold up the connection.

/** Takes events in the order in which they happened. */
export interface EventSink<Event> {
  push(event: Event): void;
  /** No more events come. May be called again. */
  end(): void;
}

export class EventQueue<Event> implements EventSink<Event>, AsyncIterable<Event> {
  readonly #maxEvents: number;
  readonly #toMissed: (count: number) => Event;
  readonly #events: Event[] = [];
  #missed = 0;
  #state: "open" | "ended" | "abandoned" = "open";
  #hasConsumer = false;
  #wake: (() => void) | undefined;

  /** @param toMissed makes the event that stands in the place of `count` dropped ones. */
  constructor(maxEvents: number, toMissed: (count: number) => Event) {
    this.#maxEvents = maxEvents;
    this.#toMissed = toMissed;
  }

  push(event: Event): void {
    if (this.#state !== "open") return;
    this.#events.push(event);
    if (this.#events.length > this.#maxEvents) {
      this.#events.shift();
      this.#missed++;
    }
    this.#wakeUp();
  }

  end(): void {
    if (this.#state === "open") this.#state = "ended";
    this.#wakeUp();
  }

  /** For one consumer; what was pushed before it came is kept for it. Leaving the loop ends the queue. */
  [Symbol.asyncIterator](): AsyncIterator<Event, undefined> {
    if (this.#hasConsumer) throw new Error("Cannot read the events twice: they have a consumer");
    this.#hasConsumer = true;
    return {
      next: () => this.#next(),
      return: () => {
        this.#state = "abandoned";
        this.#events.length = 0;
        this.#wakeUp();
        return Promise.resolve({ done: true, value: undefined });
      },
    };
  }

  async #next(): Promise<IteratorResult<Event, undefined>> {
    for (;;) {
      if (this.#missed > 0) {
        const value = this.#toMissed(this.#missed);
        this.#missed = 0;
        return { done: false, value };
      }
      const value = this.#events.shift();
      if (value !== undefined) return { done: false, value };
      if (this.#state !== "open") return { done: true, value: undefined };
      await new Promise<void>((resolve) => this.#wake = resolve);
    }
  }

  #wakeUp(): void {
    this.#wake?.();
    this.#wake = undefined;
  }
}
