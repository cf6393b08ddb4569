// Spreads socket writes over iterations of the event loop: past 128 writes in one iteration, Deno takes a slow path for
// each further one. With a limit of 100, notifying 10,000 clients is more than twice as fast. The first write waits until
// the current event is handled, so that messages for the same receiver go out together.

import { ChunkJoiner } from "./chunk_joiner.ts";

/** Something with bytes to write. */
export interface Writer {
  /** Starts at most one write; called once for each time it was scheduled. */
  startWrite(): void;
}

const MAX_WRITES_PER_ITERATION = 100;

/** A queue of writers. A writer must not schedule itself again before it was started. */
export class WriteScheduler {
  /** Of the writers. */
  readonly joiner = new ChunkJoiner();
  readonly #afterIo: (callback: () => void) => void;
  readonly #microtask: (callback: () => void) => void;
  readonly #beforeWrites: () => void;
  #waiting: Writer[] = [];
  #next = 0;
  #isScheduled = false;
  readonly #callback = () => this.#startWrites();
  #idle: PromiseWithResolvers<void> | undefined;

  /**
   * @param afterIo calls back after the event loop has polled for I/O; `setImmediate`.
   * @param microtask calls back when the current event is handled; `queueMicrotask`.
   * @param beforeWrites is called before each batch of writes: what they promise must be stored first.
   */
  constructor(
    afterIo: (callback: () => void) => void,
    microtask: (callback: () => void) => void,
    beforeWrites: () => void = () => {},
  ) {
    this.#afterIo = afterIo;
    this.#microtask = microtask;
    this.#beforeWrites = beforeWrites;
  }

  schedule(writer: Writer): void {
    this.#waiting.push(writer);
  }

  /** Starts the scheduled writes soon: the first batch in a microtask, the others in later iterations. */
  flush(): void {
    if (this.#isScheduled) return;
    this.#isScheduled = true;
    this.#microtask(this.#callback);
  }

  /** Resolves when no writer is waiting; `undefined` when those that are fit into the next batch. */
  idle(): Promise<void> | undefined {
    if (this.#waiting.length - this.#next <= MAX_WRITES_PER_ITERATION) return undefined;
    return (this.#idle ??= Promise.withResolvers()).promise;
  }

  #startWrites(): void {
    this.#isScheduled = false;
    this.#beforeWrites();
    const end = Math.min(this.#waiting.length, this.#next + MAX_WRITES_PER_ITERATION);
    while (this.#next < end) this.#waiting[this.#next++]!.startWrite();
    if (this.#next < this.#waiting.length) {
      this.#isScheduled = true;
      this.#afterIo(this.#callback);
      return;
    }
    this.#waiting = [];
    this.#next = 0;
    this.joiner.forget();
    this.#idle?.resolve();
    this.#idle = undefined;
  }
}
