// Log lines to a file descriptor without ever waiting for its reader: lines queue up to a bound, one write is under way
// at a time, and what does not fit is counted instead of kept. A write costs far more than a line: after each, lines
// are gathered for a while and then written together. What a full disk did not take is kept, and written when it does.

/** The part of `Deno.stdout` that is needed. */
export interface ByteSink {
  write(bytes: Uint8Array): Promise<number>;
}

/** Calls back once, after `ms`; what it returns cancels that. */
export type StartTimer = (ms: number, callback: () => void) => () => void;

/** How long after a write the next one waits, in ms: people do not see it, and 50 writes a second cost nothing. */
export const COOL_DOWN_MS = 20;
/** How long a full disk is left alone, in ms. */
export const FULL_DISK_MS = 1_000;
/** Of a write, when there is no room: on the disk, or in what its owner may use of it. */
const NO_ROOM = new Set(["ENOSPC", "EDQUOT"]);

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
  /** What a full disk did not take, to be written before the queue. */
  #rest: Uint8Array | undefined;
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

  /** Resolves when everything queued by now is written, or cannot be. Leaves no timer behind. */
  async flush(): Promise<void> {
    while (this.#state.is !== "idle") {
      if (this.#state.is === "cooling") {
        this.#state.cancel();
        this.#writeNext();
        continue;
      }
      await this.#state.done;
      if (this.#rest !== undefined) return this.#stopTimer();
    }
  }

  #stopTimer(): void {
    if (this.#state.is === "cooling") this.#state.cancel();
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
      if (NO_ROOM.has((error as { code?: string }).code ?? "")) return this.#cool(FULL_DISK_MS);
      // The reader closed its end (as in `rankserver | head`): serving goes on, unwatched.
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
    this.#cool(COOL_DOWN_MS);
  }

  #cool(ms: number): void {
    this.#state = { is: "cooling", cancel: this.#startTimer(ms, () => this.#writeNext()) };
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
