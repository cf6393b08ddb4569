// Whole lines to standard output or error: in the order in which they were printed, bounded, and quiet when nobody reads
// them any more.

import { type ByteSink, LineSender } from "./line_sender.ts";

export class LineOutput {
  readonly #sender: LineSender;
  readonly #closed = new AbortController();

  /** @param maxLength UTF-16 code units that may wait to be written. */
  constructor(sink: ByteSink, maxLength: number) {
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

  /** Resolves when everything is written, or never will be. */
  flushed(): Promise<void> {
    return this.#sender.flushed();
  }
}
