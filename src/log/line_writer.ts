// Log lines to a file descriptor without ever waiting for its reader: lines queue up to a bound, one write is under way
// at a time, and what does not fit is counted instead of kept.

/** The part of `Deno.stdout` that is needed. */
export interface ByteSink {
  write(bytes: Uint8Array): Promise<number>;
}

const encoder = new TextEncoder();

export class LineWriter {
  readonly #sink: ByteSink;
  readonly #maxQueued: number;
  readonly #onDropped: (count: number) => string;
  #queued = "";
  #dropped = 0;
  #writing: Promise<void> | undefined;
  #isBroken = false;

  /**
   * @param maxQueued most UTF-16 code units waiting to be written.
   * @param onDropped the line that tells how many lines were lost, once there is room again.
   */
  constructor(sink: ByteSink, maxQueued: number, onDropped: (count: number) => string) {
    this.#sink = sink;
    this.#maxQueued = maxQueued;
    this.#onDropped = onDropped;
  }

  write(line: string): void {
    if (this.#isBroken) return;
    // After the first lost line all are lost until that is told: the gap is one, and in its place.
    if (this.#dropped > 0 || this.#queued.length + line.length > this.#maxQueued) {
      this.#dropped++;
      return;
    }
    this.#queued += `${line}\n`;
    // A turn later, so that the lines of one turn are one write.
    this.#writing ??= Promise.resolve().then(() => this.#drain());
  }

  /** Resolves when everything queued by now is written, or the reader has gone. */
  async flush(): Promise<void> {
    await this.#writing;
  }

  async #drain(): Promise<void> {
    try {
      while (this.#queued !== "") {
        const text = this.#queued;
        this.#queued = "";
        await this.#writeAll(encoder.encode(text));
        if (this.#dropped > 0) {
          const dropped = this.#dropped;
          this.#dropped = 0;
          this.#queued += `${this.#onDropped(dropped)}\n`;
        }
      }
    } catch {
      // The reader closed its end (as in `rankserver | head`): serving goes on, unwatched.
      this.#isBroken = true;
    } finally {
      this.#writing = undefined;
    }
  }

  async #writeAll(bytes: Uint8Array): Promise<void> {
    for (let rest = bytes; rest.length > 0;) rest = rest.subarray(await this.#sink.write(rest));
  }
}
