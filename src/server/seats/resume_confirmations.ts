// A session that took a seat back has been told a new token, and until it shows that this has arrived, somebody else may
// come with the one that it used. That is the same client, whose answer was lost, or a second one with a copy: the first
// is asked, and has so long to say that it is there.

import type { Clock } from "../../time/mod.ts";
import type { Session } from "../connection/mod.ts";

interface Unconfirmed {
  /** Of the contest, when there is one. */
  decided?: () => void;
  stopTimer?: () => void;
}

export class ResumeConfirmations {
  readonly #clock: Clock;
  readonly #answerMs: number;
  readonly #unconfirmed = new Map<Session, Unconfirmed>();

  /** @param answerMs how long a session may take to show that it is there. */
  constructor(clock: Clock, answerMs: number) {
    this.#clock = clock;
    this.#answerMs = answerMs;
  }

  /** The session is about to be told its new token, and asked for a sign of life right behind it. */
  begin(session: Session): void {
    this.#unconfirmed.set(session, {});
  }

  /**
   * Somebody else has the token that the session used. Calls back once it has shown that it is there, or is closed; at the
   * latest after the time to answer, when it is closed for that. False when somebody has asked already.
   */
  contest(session: Session, decided: () => void): boolean {
    const entry = this.#unconfirmed.get(session);
    if (entry === undefined || entry.decided !== undefined) return false;
    entry.decided = decided;
    entry.stopTimer = this.#clock.after(this.#answerMs, () => {
      session.closeWith(
        "timed_out",
        "you did not answer when another connection came with the token of your seat",
      );
    });
    return true;
  }

  /** The session has shown that it has its token, or is closed. False when nothing was open. */
  end(session: Session): boolean {
    const entry = this.#unconfirmed.get(session);
    if (entry === undefined) return false;
    this.#unconfirmed.delete(session);
    entry.stopTimer?.();
    entry.decided?.();
    return true;
  }
}
