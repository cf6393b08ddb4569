// Shares the event loop between connections: what all of them do between two polls of the sockets has one budget, and long
// work that finds it spent waits for the next poll. The runtime itself polls too rarely for that: while callbacks are
// pending, only in every 61st iteration of its loop, so that slices of 5 ms would delay other clients by 300 ms. Some work
// cannot be interrupted and exceeds the budget: whoever has done that lets the others go first.

/** How long connections may work between two polls, all together. */
const BUDGET_MS = 5;
/** What long work may take although short work has spent the budget, so that it progresses. */
const MIN_SLICE_MS = 1;
/** For so many times as long as work has exceeded the budget, more of that kind is expected. */
const EXPECTED_AGAIN = 32;

/** How the sockets are polled. */
export interface IoPoll {
  /** Monotonic, in ms. */
  now(): number;
  /** Calls back when the runtime has polled all sockets. */
  poll(polled: () => void): void;
  /** Calls back when the reads that the poll completed have been handled; `setImmediate`. */
  afterIo(callback: () => void): void;
}

/** Who does work, such as a connection. */
export interface Sharer {
  /** Until then, work that exceeds the budget is expected of it; 0 at first. */
  exceedsUntil: number;
  /** What it has done since the last poll. */
  share: Share | undefined;
}

interface Share {
  readonly poll: number;
  ms: number;
}

export class YieldToIo {
  readonly #io: IoPoll;
  /** Those that wait and are not expected to exceed the budget, in order. */
  readonly #short: (() => void)[] = [];
  /** Those that are. */
  readonly #long: (() => void)[] = [];
  /** One of `#long` has continued since the last poll. */
  #hasLongContinued = false;
  /** The same between the poll before and the last one. */
  #hadLongContinued = false;
  #polls = 0;
  #spentMs = 0;
  /** When the last work that was counted ended. */
  #lastAt = -Infinity;
  /** Polling, or letting those that waited continue. */
  #isBusy = false;

  constructor(io: IoPoll) {
    this.#io = io;
  }

  /** Whether long work must wait: the budget is spent, or other work waits already. */
  get mustWait(): boolean {
    this.#forgetOld();
    return this.#spentMs >= BUDGET_MS || this.#isAwaited;
  }

  /** The same for short work of one that has done much of it since the last poll: that is long work in pieces. */
  mustShare({ share }: Sharer): boolean {
    return share?.poll === this.#polls && share.ms >= MIN_SLICE_MS && this.mustWait;
  }

  /** How long work that begins now may continue, in ms. */
  get remainingMs(): number {
    this.#forgetOld();
    return Math.max(MIN_SLICE_MS, BUDGET_MS - this.#spentMs);
  }

  /** Counts work that has just been done. */
  spend(ms: number, sharer?: Sharer): void {
    this.#spentMs += ms;
    this.#lastAt = this.#io.now();
    if (sharer === undefined) return;
    if (sharer.share?.poll === this.#polls) sharer.share.ms += ms;
    else sharer.share = { poll: this.#polls, ms };
    if (ms <= BUDGET_MS) return;
    sharer.exceedsUntil = this.#lastAt + EXPECTED_AGAIN * (ms - BUDGET_MS);
  }

  /**
   * Resolves after a poll. Callers continue in order, several of them after one poll while the budget lasts, if they do and
   * count their work before they wait for anything else. Those that are expected to exceed the budget are last, except that
   * one of them is first after every second poll.
   */
  take(sharer?: Sharer): Promise<void> {
    const isLong = sharer !== undefined && sharer.exceedsUntil > this.#io.now();
    return new Promise((resolve) => {
      (isLong ? this.#long : this.#short).push(resolve);
      if (this.#isBusy) return;
      this.#isBusy = true;
      this.#poll();
    });
  }

  /** In a pause as long as the budget, the runtime has polled by itself. */
  #forgetOld(): void {
    if (this.#spentMs > 0 && this.#io.now() - this.#lastAt >= BUDGET_MS) this.#spentMs = 0;
  }

  #poll(): void {
    this.#io.poll(() => {
      this.#polls++;
      this.#spentMs = 0;
      this.#hadLongContinued = this.#hasLongContinued;
      this.#hasLongContinued = false;
      this.#io.afterIo(() => this.#continue());
    });
  }

  #continue(): void {
    this.#next()();
    // By then, the caller that this resolved has done its work: its microtask was queued first.
    queueMicrotask(() => {
      if (!this.#isAwaited) this.#isBusy = false;
      else if (this.#spentMs < BUDGET_MS) this.#continue();
      else this.#poll();
    });
  }

  get #isAwaited(): boolean {
    return this.#short.length > 0 || this.#long.length > 0;
  }

  #next(): () => void {
    const isLongDue = !this.#hadLongContinued && !this.#hasLongContinued;
    const isLong = this.#long.length > 0 && (this.#short.length === 0 || isLongDue);
    this.#hasLongContinued ||= isLong;
    return (isLong ? this.#long : this.#short).shift()!;
  }
}
