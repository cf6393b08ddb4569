// Whole lines to standard output or error: in the order in which they were printed, bounded, and quiet when nobody reads
// them any more.

import { LineSender } from "../connection/mod.ts";
import type { Sink } from "../../protocol/wire/mod.ts";
import { settlesWithin } from "../../time/mod.ts";

export class LineOutput {
  readonly #sender: LineSender;
  readonly #toLeftOut: (count: number) => string;
  readonly #closed = new AbortController();
  #leftOut = 0;

  /**
   * @param maxLength UTF-16 code units that may wait to be written.
   * @param toLeftOut makes the line that stands in the place of `count` notes for which there was no room.
   */
  constructor(
    sink: Sink,
    maxLength: number,
    toLeftOut = (count: number) =>
      `${count} ${count === 1 ? "line was" : "lines were"} left out: read too slowly`,
  ) {
    this.#toLeftOut = toLeftOut;
    // Most of all EPIPE: `| head` has read enough.
    this.#sender = new LineSender(sink, maxLength, (error) => this.#closed.abort(error));
  }

  /** Aborted when nothing can be written any more. */
  get closed(): AbortSignal {
    return this.#closed.signal;
  }

  /** Prints a line, or lines, without the last ending. Resolves when that has a place in the queue. */
  async print(line: string): Promise<void> {
    while (!this.#sender.send(line) && !this.#closed.signal.aborted) {
      await this.#sender.hasRoomFor(line.length);
    }
  }

  /** False when there is no room now: for what may be left out. */
  tryPrint(line: string): boolean {
    return this.#sender.send(line);
  }

  /** Prints a line, or leaves it out when there is no room; the next one says how many were left out. Never waits. */
  note(line: string): void {
    if (this.#leftOut > 0 && this.#sender.send(this.#toLeftOut(this.#leftOut))) this.#leftOut = 0;
    if (this.#leftOut > 0 || !this.#sender.send(line)) this.#leftOut++;
  }

  /** Resolves when everything is written, or never will be. */
  flushed(): Promise<void> {
    return this.#sender.flushed();
  }

  /** Like {@linkcode flushed}, after `ms` milliseconds at the latest: a full pipe must not keep a client from ending. */
  async flushedWithin(ms: number): Promise<void> {
    await settlesWithin(this.#sender.flushed(), ms);
  }
}
