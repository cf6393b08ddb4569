// Sessions that have resumed a seat and not confirmed their new token yet. Another connection may present the token that they
// used: the same client, because the response was lost, or a second client with a copy of the token. The session then has a
// limited time to confirm that it is there.

import type { Clock } from "../../time/mod.ts";
import type { Session } from "../connection/mod.ts";

interface Unconfirmed {
  /** Set while another connection contests the seat. */
  decided?: () => void;
  stopTimer?: () => void;
}

export class ResumeConfirmations {
  readonly #clock: Clock;
  readonly #confirmMs: number;
  readonly #unconfirmed = new Map<Session, Unconfirmed>();

  constructor(clock: Clock, confirmMs: number) {
    this.#clock = clock;
    this.#confirmMs = confirmMs;
  }

  /** The session is about to be sent its new token, followed by a ping. */
  begin(session: Session): void {
    this.#unconfirmed.set(session, {});
  }

  /**
   * Another connection has presented the token that the session used. Calls `decided` when the session has confirmed or is
   * closed; it is closed when it does not confirm in time.
   *
   * @returns false when another connection contests the seat already
   */
  contest(session: Session, decided: () => void): boolean {
    const entry = this.#unconfirmed.get(session);
    if (entry === undefined || entry.decided !== undefined) return false;
    entry.decided = decided;
    entry.stopTimer = this.#clock.after(this.#confirmMs, () => {
      session.closeWith(
        "timed_out",
        "No response after another connection sent the resume token of this seat",
      );
    });
    return true;
  }

  /** The session has confirmed its token or is closed. False when it had nothing to confirm. */
  end(session: Session): boolean {
    const entry = this.#unconfirmed.get(session);
    if (entry === undefined) return false;
    this.#unconfirmed.delete(session);
    entry.stopTimer?.();
    entry.decided?.();
    return true;
  }
}
