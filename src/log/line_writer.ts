// Writes log lines without ever blocking the caller: lines are queued up to a limit, and counted beyond it. A write costs
// far more than a line, so after each write, lines are collected for a short time and written together. What a full disk
// does not take is kept and retried, as after any error but that of a reader that has gone.

/** The part of `Deno.stdout` that is needed. */
export interface ByteSink {
  write(bytes: Uint8Array): Promise<number>;
}

/** Calls back once, after `ms`; the result cancels it. */
export type StartTimer = (ms: number, callback: () => void) => () => void;

/** The pause after a write, in ms: people do not notice it, and 50 writes per second are cheap. */
export const PAUSE_MS = 20;
/** The pause after a write that failed, because the disk is full for example, in ms. */
export const FAILED_WRITE_PAUSE_MS = 1_000;

const encoder = new TextEncoder();

type State =
  | { readonly is: "idle" }
  /** `done` never rejects; when it resolves, the state has changed. */
  | { readonly is: "writing"; readonly done: Promise<void> }
  | { readonly is: "pausing"; readonly cancel: () => void };

export class LineWriter {
  readonly #sink: ByteSink;
  readonly #maxQueued: number;
  readonly #onDropped: (count: number) => string;
  readonly #startTimer: StartTimer;
  #state: State = { is: "idle" };
  #queued = "";
  /** What is left of the last write, to be written before the queue. */
  #rest: Uint8Array | undefined;
  #dropped = 0;
  #isBroken = false;

  /**
   * @param maxQueued how many UTF-16 code units may wait to be written.
   * @param onDropped returns the line that reports how many lines were dropped.
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
    // After the first dropped line, all are dropped until that is reported, so that the report marks the place of the gap.
    if (this.#dropped > 0 || this.#queued.length + line.length > this.#maxQueued) {
      this.#dropped++;
      return;
    }
    this.#queued += `${line}\n`;
    if (this.#state.is === "idle") this.#writeNext();
  }

  /** Resolves when everything queued so far is written or cannot be written. Leaves no timer behind. */
  async flush(): Promise<void> {
    while (this.#state.is !== "idle") {
      if (this.#state.is === "pausing") {
        this.#state.cancel();
        this.#writeNext();
        continue;
      }
      await this.#state.done;
      if (this.#rest !== undefined) return this.#stopTimer();
    }
  }

  #stopTimer(): void {
    if (this.#state.is === "pausing") this.#state.cancel();
    this.#state = { is: "idle" };
  }

  #writeNext(): void {
    const hasMore = this.#queued !== "" || this.#rest !== undefined;
    this.#state = hasMore ? { is: "writing", done: this.#writeQueued() } : { is: "idle" };
  }

  async #writeQueued(): Promise<void> {
    try {
      if (this.#rest !== undefined) await this.#writeRest();
      this.#rest = encoder.encode(this.#queued);
      this.#queued = "";
      await this.#writeRest();
    } catch (error) {
      if (!(error instanceof Deno.errors.BrokenPipe)) return this.#pause(FAILED_WRITE_PAUSE_MS);
      // The reader has closed its end (as in `rankserver | head`): the server goes on without a log.
      this.#isBroken = true;
      this.#queued = "";
      this.#rest = undefined;
      this.#state = { is: "idle" };
      return;
    }
    if (this.#dropped > 0) {
      this.#queued += `${this.#onDropped(this.#dropped)}\n`;
      this.#dropped = 0;
    }
    this.#pause(PAUSE_MS);
  }

  #pause(ms: number): void {
    this.#state = { is: "pausing", cancel: this.#startTimer(ms, () => this.#writeNext()) };
  }

  async #writeRest(): Promise<void> {
    while (this.#rest!.length > 0) this.#rest = this.#rest!.subarray(await this.#sink.write(this.#rest!));
    this.#rest = undefined;
  }
}

function startSystemTimer(ms: number, callback: () => void): () => void {
  const timer = setTimeout(callback, ms);
  return () => clearTimeout(timer);
}
