// Repeated pings, for heartbeats and for --lead; the caller sets the interval. Reports when each answered ping was sent,
// and a connection on which nothing comes through, which might stay open forever.

import { CLIENT_BOUNDS } from "../../../config/keys/mod.ts";
import type { Instant } from "../../../time/mod.ts";

export interface PulseParts {
  /** Resolves when the server has answered; rejects when it never will. */
  readonly ping: () => Promise<unknown>;
  readonly now: () => Instant;
  /** Calls back once after `ms`; the result undoes it. */
  readonly after: (ms: number, callback: () => void) => () => void;
  readonly everyMs: () => number;
  readonly giveUpAfterMs: () => number;
  /** What the caller wants to know about the moment of a ping; it comes back with the answer. */
  readonly mark: () => number | undefined;
  readonly onAnswer: (sentAt: Instant, mark: number | undefined) => void;
  readonly onSilence: (silentMs: number) => void;
}

export class Pulse {
  readonly #parts: PulseParts;
  /** When the pings without an answer were sent, the oldest first. */
  #unanswered = new Set<Instant>();
  #cancel = () => {};
  #isRunning = false;

  constructor(parts: PulseParts) {
    this.#parts = parts;
  }

  /** Begins with a ping, unless it runs already. */
  start(): void {
    if (!this.#isRunning) this.beat();
  }

  /** Sends a ping now; also when it runs already. */
  beat(): void {
    this.#cancel();
    this.#isRunning = true;
    const { now, giveUpAfterMs, everyMs, after, onSilence } = this.#parts;
    const [oldest] = this.#unanswered;
    const silentMs = oldest === undefined ? 0 : now().running - oldest.running;
    if (silentMs >= giveUpAfterMs()) return onSilence(silentMs);
    this.#send();
    this.#cancel = after(Math.min(everyMs(), giveUpAfterMs() - silentMs), () => this.beat());
  }

  /** The connection has ended. */
  stop(): void {
    this.#cancel();
    this.#isRunning = false;
    this.#unanswered = new Set();
  }

  #send(): void {
    const { ping, now, mark, onAnswer } = this.#parts;
    // A server that reads pings and does not answer: its silence is measured by the oldest.
    if (this.#unanswered.size >= CLIENT_BOUNDS.pingsUnanswered) return;
    // Before it is sent, on all clocks: what it proves can only be worth less than this says, never more.
    const sentAt = now();
    const marked = mark();
    const unanswered = this.#unanswered;
    unanswered.add(sentAt);
    ping().then(() => {
      // Answers come in order: those sent before have been heard as well.
      for (const instant of unanswered) {
        unanswered.delete(instant);
        if (instant === sentAt) break;
      }
      onAnswer(sentAt, marked);
    }, () => {/* The connection has ended, which is reported elsewhere. */});
  }
}
