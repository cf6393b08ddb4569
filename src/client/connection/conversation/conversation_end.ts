// How a conversation ended, from what the server said before, and what each close reason means for the seat.

import { CLOSE_REASONS, type CloseReason, type Closing } from "../../../protocol/methods/mod.ts";

export interface ConversationEnd {
  readonly why: string;
  /** The server asked for no new connection before that. */
  readonly retryAfterMs: number;
  /** There was a seat, or a place in the waiting room. */
  readonly wasWelcome: boolean;
  /** Trying again cannot help. */
  readonly isFinal: boolean;
  /** The server requires a token, or another one. */
  readonly isUnauthenticated: boolean;
}

/**
 * What a close means for the seat: "kept" as after a broken connection; "evicted": it cannot be resumed, but its token
 * still releases it; "lost": its token is of no use to this client any more.
 */
export type SeatAfterClose = "kept" | "evicted" | "lost";

const NOT_LET_IN = "unauthenticated" satisfies CloseReason;

/** @param reason of a later protocol version: such a seat is kept, and its lease decides */
export function seatAfterClose(reason: string): SeatAfterClose {
  const known = CLOSE_REASONS.find((one) => one === reason);
  return known === undefined ? "kept" : seatAfter(known);
}

function seatAfter(reason: CloseReason): SeatAfterClose {
  switch (reason) {
    case "left":
    case "replaced":
    case "revoked":
      return "lost";
    case "evicted":
      return "evicted";
    case "reset":
    case "full":
    case "slow_reader":
    case "timed_out":
    case "unauthenticated":
    case "rate_limited":
    case "unavailable":
    case "shutdown":
    case "no_tls":
    case "wrong_protocol":
    case "fault":
      return "kept";
  }
}

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

  noteClosing({ reason, message, retry_after_ms }: Closing): void {
    this.#why = message ?? reason;
    this.#retryAfterMs = retry_after_ms ?? 0;
    // The answer to our hello says so too, but a server may close without one.
    if (reason === NOT_LET_IN) this.#isUnauthenticated = true;
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
