// One open page: a stream of Server-Sent Events with a bounded queue. A page that does not keep up is disconnected, and
// connects again by itself.

import type { Incoming } from "../../server/connection/mod.ts";
import type { Viewer } from "../access/mod.ts";

export interface StreamOptions {
  readonly ip: string;
  readonly viewer: Viewer;
  /** Unsent data beyond which the stream is closed. */
  readonly maxQueuedBytes: number;
  /** Called once. */
  readonly onClosed: (stream: EventStream) => void;
}

export class EventStream {
  readonly ip: string;
  readonly viewer: Viewer;
  readonly #connection: Incoming;
  readonly #options: StreamOptions;
  /** Shared with other streams. */
  readonly #queue: Uint8Array[] = [];
  #queuedBytes = 0;
  #state: "idle" | "writing" | "closed" = "idle";

  /** Owns `connection` from now on, on which the head of the response has been sent. */
  constructor(connection: Incoming, options: StreamOptions) {
    this.ip = options.ip;
    this.viewer = options.viewer;
    this.#connection = connection;
    this.#options = options;
    void this.#awaitEnd();
  }

  /** Queues bytes, which must not be modified afterwards. */
  send(bytes: Uint8Array): void {
    if (this.#state === "closed") return;
    // The first message may be as long as it is: without it, the stream is of no use.
    if (this.#queue.length > 0 && this.#queuedBytes + bytes.length > this.#options.maxQueuedBytes) {
      return this.close();
    }
    this.#queue.push(bytes);
    this.#queuedBytes += bytes.length;
    if (this.#state === "idle") void this.#write();
  }

  close(): void {
    if (this.#state === "closed") return;
    this.#state = "closed";
    this.#queue.length = 0;
    try {
      this.#connection.close();
    } catch {
      // It has ended.
    }
    this.#options.onClosed(this);
  }

  /** Never rejects. */
  async #write(): Promise<void> {
    this.#state = "writing";
    try {
      for (let first = this.#queue[0]; first !== undefined; first = this.#queue[0]) {
        const count = await this.#connection.write(first);
        if (this.#isClosed()) return;
        this.#queuedBytes -= count;
        if (count < first.length) this.#queue[0] = first.subarray(count);
        else this.#queue.shift();
      }
      this.#state = "idle";
    } catch {
      this.close();
    }
  }

  #isClosed(): boolean {
    return this.#state === "closed";
  }

  /** A page sends nothing more on this connection: bytes end it, as its end does. Never rejects. */
  async #awaitEnd(): Promise<void> {
    await this.#connection.read(new Uint8Array(1)).catch(() => {});
    this.close();
  }
}
