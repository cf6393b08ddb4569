// Keeps one guard ready for a client that may come to lead: from its start on, and another one if that guard ends while
// no program runs.

import type { GuardHandle, GuardListener } from "./guard_process.ts";

export interface GuardKeeperParts {
  /** @throws when it cannot be started. */
  readonly spawnGuard: (listener: GuardListener) => GuardHandle;
  readonly say: (line: string) => void;
  /** Calls back once after `ms`; the result undoes it. */
  readonly after: (ms: number, callback: () => void) => () => void;
}

export interface GuardKeeperListener {
  /** Whether a guard that has ended is to be replaced. */
  readonly needsGuard: () => boolean;
  /** A guard takes orders. */
  readonly onReady: () => void;
  /** No guard can be started, so this client cannot lead. */
  readonly onUnfit: (why: string) => void;
}

/** One may be killed while it starts; when so many in a row end early, no guard can be started here. */
const MAX_EARLY_ENDS = 3;
/** Between two checks of whether the guard answers. */
const CHECK_MS = 2_000;
/** So many checks later, a missing answer is reported: after one, this process may have been suspended itself. */
const MAX_MISSED_CHECKS = 2;
/** So many checks later, a guard that does not even take orders is replaced: it has started nothing. */
const MAX_STARTING_CHECKS = 3;

export class GuardKeeper {
  readonly #parts: GuardKeeperParts;
  readonly #listener: GuardKeeperListener;
  #guard: GuardHandle | undefined;
  /** Guards in a row that ended before they took orders. */
  #earlyEnds = 0;
  /** Checks since the one that has not been answered; `undefined`: it has. */
  #missedChecks: number | undefined;
  #cancelCheck = () => {};
  /** The guard that was killed because it did not take orders in time. */
  #tooLate: GuardHandle | undefined;

  /** Starts the first guard. */
  constructor(parts: GuardKeeperParts, listener: GuardKeeperListener) {
    this.#parts = parts;
    this.#listener = listener;
    this.#start();
  }

  /** The guard, once it takes orders. */
  get ready(): GuardHandle | undefined {
    return this.#guard?.isReady ? this.#guard : undefined;
  }

  kill(): void {
    this.#guard?.kill();
  }

  /** Ends the guard in good order. */
  close(): void {
    this.#cancelCheck();
    this.#guard?.close();
  }

  #start(): void {
    const { spawnGuard, say } = this.#parts;
    const onAlive = () => this.#answered();
    let guard: GuardHandle;
    try {
      guard = spawnGuard({ onReady: this.#listener.onReady, onLine: say, onAlive });
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      // Not before the caller has this object.
      return queueMicrotask(() => this.#listener.onUnfit(`Cannot start a guard for the program: ${reason}`));
    }
    this.#guard = guard;
    this.#missedChecks = undefined;
    this.#checkAlive();
    guard.ended.then((reason) => this.#ended(guard, reason));
  }

  #ended(guard: GuardHandle, reason: string): void {
    this.#guard = undefined;
    this.#cancelCheck();
    if (!this.#listener.needsGuard()) return;
    if (guard.isReady) this.#earlyEnds = 0;
    else if (guard !== this.#tooLate) this.#earlyEnds++;
    if (this.#earlyEnds >= MAX_EARLY_ENDS) {
      return this.#listener.onUnfit(`Cannot start a guard for the program: it ended early (${reason})`);
    }
    this.#parts.say(`Guard ended (${reason}), starting another`);
    this.#start();
  }

  /** A suspended guard would not be noticed before an order for it. */
  #checkAlive(): void {
    if (this.#missedChecks === undefined) this.#guard?.check();
    this.#missedChecks = (this.#missedChecks ?? -1) + 1;
    if (this.#missedChecks === MAX_MISSED_CHECKS) {
      this.#parts.say(`Guard does not answer; check whether process ${this.#guard?.pid} is suspended`);
    }
    // Otherwise this client could get rank 0 and keep it, without ever leading.
    if (this.#guard?.isReady === false && this.#missedChecks >= MAX_STARTING_CHECKS) {
      this.#tooLate = this.#guard;
      return this.#guard.kill();
    }
    this.#cancelCheck = this.#parts.after(CHECK_MS, () => this.#checkAlive());
  }

  #answered(): void {
    if ((this.#missedChecks ?? 0) >= MAX_MISSED_CHECKS) this.#parts.say("Guard answers again");
    this.#missedChecks = undefined;
  }
}
