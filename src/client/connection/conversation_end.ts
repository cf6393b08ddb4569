// How a conversation ended, put together from what the server said before.

import type { CloseReason, Closing } from "../../protocol/methods/mod.ts";

export interface ConversationEnd {
  readonly why: string;
  /** The server asked not to be bothered again before that. */
  readonly retryAfterMs: number;
  /** The server was willing to have us. */
  readonly wasWelcome: boolean;
  /** Trying again cannot help. */
  readonly isFinal: boolean;
  /** The server does not let us in: it wants a token, or another one. */
  readonly isUnauthenticated: boolean;
}

const NOT_LET_IN = "unauthenticated" satisfies CloseReason;
/** Closed for such a reason, the seat is gone for good. */
const SEAT_LOST: readonly string[] = ["replaced", "revoked"] satisfies CloseReason[];
const EVICTED = "evicted" satisfies CloseReason;

export class EndNotes {
  #why: string | undefined;
  #retryAfterMs = 0;
  #wasWelcome = false;
  #isUnauthenticated = false;

  get wasWelcome(): boolean {
    return this.#wasWelcome;
  }

  /** There is a seat, or a place in the waiting room. */
  noteWelcome(): void {
    this.#wasWelcome = true;
  }

  /** @returns what becomes of the seat, where the reason says it */
  noteClosing({ reason, message, retry_after_ms }: Closing): "lost" | "evicted" | undefined {
    this.#why = message ?? reason;
    this.#retryAfterMs = retry_after_ms ?? 0;
    // The answer to our hello says so too, but a server may close without one.
    if (reason === NOT_LET_IN) this.#isUnauthenticated = true;
    if (SEAT_LOST.includes(reason)) return "lost";
    return reason === EVICTED ? "evicted" : undefined;
  }

  /** The server has refused our hello for good. */
  noteUnauthenticated(why: string): void {
    this.#isUnauthenticated = true;
    this.#why ??= why;
  }

  /** @param why of the connection's end, unless the server gave a reason */
  toEnd(why: string): ConversationEnd {
    const isUnauthenticated = this.#isUnauthenticated;
    return {
      why: this.#why ?? why,
      retryAfterMs: this.#retryAfterMs,
      wasWelcome: this.#wasWelcome,
      isFinal: isUnauthenticated,
      isUnauthenticated,
    };
  }
}
