// Whole lines to standard output or error: in the order in which they were printed, bounded, and without an error when
// the reader has gone.

import { LineSender } from "../connection/mod.ts";
import { count, visible } from "../../words/mod.ts";
import type { Sink } from "../../protocol/wire/mod.ts";
import { settlesWithin, unlessAborted } from "../../time/mod.ts";

export class LineOutput {
  readonly #sender: LineSender;
  readonly #toLeftOut: (count: number) => string;
  readonly #closed = new AbortController();
  #leftOut = 0;

  /**
   * @param maxLength UTF-16 code units that may wait to be written.
   * @param toLeftOut makes the line that replaces `count` notes for which there was no room.
   */
  constructor(
    sink: Sink,
    maxLength: number,
    toLeftOut = (lines: number) => `${count(lines, "line was", "lines were")} left out: read too slowly`,
  ) {
    this.#toLeftOut = toLeftOut;
    // Usually EPIPE: `| head` has read enough.
    this.#sender = new LineSender(sink, maxLength, (error) => this.#closed.abort(error));
  }

  /** Aborted when nothing can be written any more. */
  get closed(): AbortSignal {
    return this.#closed.signal;
  }

  /** Why nothing can be written any more, for a person. A reader that has gone is no failure, as after `| head`. */
  get failure(): string | undefined {
    const { aborted, reason } = this.#closed.signal;
    if (!aborted || reason instanceof Deno.errors.BrokenPipe) return undefined;
    return `Cannot write standard output: ${
      visible(reason instanceof Error ? reason.message : String(reason))
    }`;
  }

  /** Prints a line, or lines, without the last line ending. Resolves when it is in the queue. */
  async print(line: string): Promise<void> {
    while (!this.#sender.send(line) && !this.#closed.signal.aborted) {
      await this.#sender.hasRoomFor(line.length);
    }
  }

  /** Prints a line that may be left out; false when there is no room for it. */
  tryPrint(line: string): boolean {
    return this.#sender.send(line);
  }

  /** Prints a line, or leaves it out when there is no room; the next one says how many were left out. Never waits. */
  note(line: string): void {
    if (this.#leftOut > 0 && this.#sender.send(this.#toLeftOut(this.#leftOut))) this.#leftOut = 0;
    if (this.#leftOut > 0 || !this.#sender.send(line)) this.#leftOut++;
  }

  /** Resolves when everything is written, or nothing more can be. */
  flushed(): Promise<void> {
    return this.#sender.flushed();
  }

  /** Like {@linkcode flushed}, after `ms` milliseconds at the latest: a full pipe must not keep a client from ending. */
  async flushedWithin(ms: number): Promise<void> {
    await settlesWithin(this.#sender.flushed(), ms);
  }
}

/**
 * Waits for output as long as it takes while the client may stay, and no longer than `ms` once `leaving` is aborted: a
 * reader that has stopped must not keep a client from leaving. A failure of `done` is passed on.
 */
export async function unlessLeaving(done: Promise<unknown>, leaving: AbortSignal, ms: number): Promise<void> {
  await unlessAborted(done, leaving);
  if (leaving.aborted && await settlesWithin(done, ms)) await done;
}
