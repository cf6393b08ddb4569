// Writes lines to one connection: one write in flight, the lines queued meanwhile go out joined, and the queue is
// bounded. It does not know what the lines mean.

import { type Sink, writeAll } from "../../../protocol/wire/mod.ts";

/** UTF-16 code units that are joined for one write. */
const MAX_JOINED_LENGTH = 128 * 1024;

const encoder = new TextEncoder();

export class LineSender {
  readonly #sink: Sink;
  readonly #maxLength: number;
  readonly #onFailed: (error: unknown) => void;
  #queue: string[] = [];
  #queuedLength = 0;
  #state: "idle" | "writing" | "broken" = "idle";
  #waiting: { readonly isMet: () => boolean; readonly resolve: () => void }[] = [];

  /** @param maxLength UTF-16 code units that may be queued. @param onFailed called once, when a write fails. */
  constructor(sink: Sink, maxLength: number, onFailed: (error: unknown) => void) {
    this.#sink = sink;
    this.#maxLength = maxLength;
    this.#onFailed = onFailed;
  }

  /** Queues a line, without its ending. False when there is no room for it, or the connection is broken. */
  send(line: string): boolean {
    if (this.#state === "broken") return false;
    if (this.#queuedLength > 0 && this.#queuedLength + line.length > this.#maxLength) return false;
    this.#queue.push(line);
    this.#queuedLength += line.length + 1;
    if (this.#state === "idle") this.#write();
    return true;
  }

  /** Resolves when there is room for a line of `length`, or nothing more can be sent. */
  hasRoomFor(length: number): Promise<void> {
    // Not before half of the queue is written: a sender woken for every line would send them one by one.
    return this.#until(() => this.#queuedLength === 0 || this.#queuedLength + length <= this.#maxLength / 2);
  }

  /** Resolves when everything is written, or nothing more can be. */
  flushed(): Promise<void> {
    return this.#until(() => this.#state !== "writing");
  }

  /** Drops the queue and accepts nothing more. */
  abandon(): void {
    this.#state = "broken";
    this.#queue = [];
    this.#queuedLength = 0;
    this.#wakeWaiting();
  }

  #until(isMet: () => boolean): Promise<void> {
    if (this.#state !== "writing" || isMet()) return Promise.resolve();
    return new Promise((resolve) => this.#waiting.push({ isMet, resolve }));
  }

  async #write(): Promise<void> {
    this.#state = "writing";
    try {
      while (this.#queue.length > 0) {
        await writeAll(this.#sink, encoder.encode(this.#takeJoined()));
        // Abandoned while it was written.
        if (this.#hasBroken()) return;
        this.#wakeWaiting();
      }
      this.#state = "idle";
      this.#wakeWaiting();
    } catch (error) {
      if (this.#hasBroken()) return;
      this.abandon();
      this.#onFailed(error);
    }
  }

  #hasBroken(): boolean {
    return this.#state === "broken";
  }

  #takeJoined(): string {
    let length = 0;
    let count = 0;
    while (count < this.#queue.length && (count === 0 || length < MAX_JOINED_LENGTH)) {
      length += this.#queue[count++]!.length + 1;
    }
    this.#queuedLength -= length;
    return this.#queue.splice(0, count).join("\n") + "\n";
  }

  #wakeWaiting(): void {
    const isDone = this.#state !== "writing";
    this.#waiting = this.#waiting.filter(({ isMet, resolve }) => {
      if (!isDone && !isMet()) return true;
      resolve();
      return false;
    });
  }
}
