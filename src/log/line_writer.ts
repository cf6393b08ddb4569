// Log lines to a file descriptor without ever waiting for its reader: lines queue up to a bound, one write is under way
// at a time, and what does not fit is counted instead of kept. A write costs far more than a line: after each, lines
// are gathered for a while and then written together.

/** The part of `Deno.stdout` that is needed. */
export interface ByteSink {
  write(bytes: Uint8Array): Promise<number>;
}

/** Calls back once, after `ms`; what it returns cancels that. */
export type StartTimer = (ms: number, callback: () => void) => () => void;

/** How long after a write the next one waits, in ms: people do not see it, and 50 writes a second cost nothing. */
export const COOL_DOWN_MS = 20;

const encoder = new TextEncoder();

type State =
  | { readonly is: "idle" }
  /** `done` never rejects; the state has changed when it resolves. */
  | { readonly is: "writing"; readonly done: Promise<void> }
  | { readonly is: "cooling"; readonly cancel: () => void };

export class LineWriter {
  readonly #sink: ByteSink;
  readonly #maxQueued: number;
  readonly #onDropped: (count: number) => string;
  readonly #startTimer: StartTimer;
  #state: State = { is: "idle" };
  #queued = "";
  #dropped = 0;
  #isBroken = false;

  /**
   * @param maxQueued most UTF-16 code units waiting to be written.
   * @param onDropped the line that tells how many lines were lost, once there is room again.
   */
  constructor(
    sink: ByteSink,
    maxQueued: number,
    onDropped: (count: number) => string,
    startTimer: StartTimer = startSystemTimer,
  ) {
    this.#sink = sink;
    this.#maxQueued = maxQueued;
    this.#onDropped = onDropped;
    this.#startTimer = startTimer;
  }

  write(line: string): void {
    if (this.#isBroken) return;
    // After the first lost line all are lost until that is told: the gap is one, and in its place.
    if (this.#dropped > 0 || this.#queued.length + line.length > this.#maxQueued) {
      this.#dropped++;
      return;
    }
    this.#queued += `${line}\n`;
    if (this.#state.is === "idle") this.#writeNext();
  }

  /** Resolves when everything queued by now is written, or the reader has gone. Leaves no timer behind. */
  async flush(): Promise<void> {
    while (this.#state.is !== "idle") {
      if (this.#state.is === "writing") {
        await this.#state.done;
      } else {
        this.#state.cancel();
        this.#writeNext();
      }
    }
  }

  #writeNext(): void {
    this.#state = this.#queued === "" ? { is: "idle" } : { is: "writing", done: this.#writeQueued() };
  }

  async #writeQueued(): Promise<void> {
    const text = this.#queued;
    this.#queued = "";
    try {
      await this.#writeAll(encoder.encode(text));
    } catch {
      // The reader closed its end (as in `rankserver | head`): serving goes on, unwatched.
      this.#isBroken = true;
      this.#queued = "";
      this.#state = { is: "idle" };
      return;
    }
    if (this.#dropped > 0) {
      this.#queued += `${this.#onDropped(this.#dropped)}\n`;
      this.#dropped = 0;
    }
    this.#state = { is: "cooling", cancel: this.#startTimer(COOL_DOWN_MS, () => this.#writeNext()) };
  }

  async #writeAll(bytes: Uint8Array): Promise<void> {
    for (let rest = bytes; rest.length > 0;) rest = rest.subarray(await this.#sink.write(rest));
  }
}

function startSystemTimer(ms: number, callback: () => void): () => void {
  const timer = setTimeout(callback, ms);
  return () => clearTimeout(timer);
}
