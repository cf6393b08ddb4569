// Spreads writes over turns of the event loop. Past 128 socket writes in one turn Deno takes a slow path for each
// further one; after about a hundred the loop gets a turn, which makes telling 10,000 clients more than twice as fast.
// And it waits with the first until everything that the loop brought at once is handled: what many clients' lines cause
// for the same receiver then goes out as one.

/** Something with bytes to write. */
export interface Writer {
  /** Starts at most one write; called once for each time it was scheduled. */
  startWrite(): void;
}

const WRITES_PER_TURN = 100;

/** The queue of writers whose turn has not come. Each is in it at most once: that is the writer's own care. */
export class WriteScheduler {
  readonly #nextTurn: (callback: () => void) => void;
  readonly #soon: (callback: () => void) => void;
  readonly #beforeWrites: () => void;
  #waiting: Writer[] = [];
  #next = 0;
  #isTurnBooked = false;
  readonly #callback = () => this.#turn();
  #idle: (() => void)[] = [];

  /**
   * @param nextTurn calls back after pending I/O was looked at; `setImmediate`.
   * @param soon calls back when what the event loop brought is handled; `queueMicrotask`.
   * @param beforeWrites is called before the first write of a turn: what is promised has to be kept first.
   */
  constructor(
    nextTurn: (callback: () => void) => void,
    soon: (callback: () => void) => void,
    beforeWrites: () => void = () => {},
  ) {
    this.#nextTurn = nextTurn;
    this.#soon = soon;
    this.#beforeWrites = beforeWrites;
  }

  schedule(writer: Writer): void {
    this.#waiting.push(writer);
  }

  /** Sees to it that the writes scheduled so far start soon, as many as one turn bears, and the rest in later turns. */
  flush(): void {
    if (this.#isTurnBooked) return;
    this.#isTurnBooked = true;
    this.#soon(this.#callback);
  }

  /** Resolves once nothing waits for its turn; `undefined` when no more waits now than the next turn takes. */
  idle(): Promise<void> | undefined {
    if (this.#waiting.length - this.#next <= WRITES_PER_TURN) return undefined;
    return new Promise((resolve) => this.#idle.push(resolve));
  }

  #turn(): void {
    this.#isTurnBooked = false;
    this.#beforeWrites();
    const end = Math.min(this.#waiting.length, this.#next + WRITES_PER_TURN);
    while (this.#next < end) this.#waiting[this.#next++]!.startWrite();
    if (this.#next < this.#waiting.length) {
      this.#isTurnBooked = true;
      this.#nextTurn(this.#callback);
      return;
    }
    this.#waiting = [];
    this.#next = 0;
    const idle = this.#idle;
    this.#idle = [];
    for (const resolve of idle) resolve();
  }
}
