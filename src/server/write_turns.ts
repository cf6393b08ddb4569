// Spreads writes over turns of the event loop. Past 128 socket writes in one turn Deno takes a slow path for each
// further one; after about a hundred the loop gets a turn, which makes telling 10,000 clients more than twice as fast.

/** Something with bytes to write. */
export interface Writer {
  /** Starts at most one write; called once for each time it was scheduled. */
  startWrite(): void;
}

const WRITES_PER_TURN = 100;

/** The queue of writers whose turn has not come. Each is in it at most once: that is the writer's own care. */
export class WriteTurns {
  readonly #nextTurn: (callback: () => void) => void;
  readonly #beforeWrites: () => void;
  #waiting: Writer[] = [];
  #next = 0;
  #isTurnBooked = false;
  #idle: (() => void)[] = [];

  /**
   * @param nextTurn calls back after pending I/O was looked at; `setImmediate`.
   * @param beforeWrites is called before the first write of a turn: what is promised has to be kept first.
   */
  constructor(nextTurn: (callback: () => void) => void, beforeWrites: () => void = () => {}) {
    this.#nextTurn = nextTurn;
    this.#beforeWrites = beforeWrites;
  }

  schedule(writer: Writer): void {
    this.#waiting.push(writer);
  }

  /** Starts the writes scheduled so far, as many as one turn bears, and books turns for the rest. */
  flush(): void {
    if (!this.#isTurnBooked) this.#turn();
  }

  /** Resolves once nothing waits for its turn; `undefined` when nothing does now. */
  idle(): Promise<void> | undefined {
    return this.#isTurnBooked ? new Promise((resolve) => this.#idle.push(resolve)) : undefined;
  }

  #turn(): void {
    this.#isTurnBooked = false;
    this.#beforeWrites();
    const end = Math.min(this.#waiting.length, this.#next + WRITES_PER_TURN);
    while (this.#next < end) this.#waiting[this.#next++]!.startWrite();
    if (this.#next < this.#waiting.length) {
      this.#isTurnBooked = true;
      this.#nextTurn(() => this.#turn());
      return;
    }
    this.#waiting = [];
    this.#next = 0;
    const idle = this.#idle;
    this.#idle = [];
    for (const resolve of idle) resolve();
  }
}
