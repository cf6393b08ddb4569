// Gives a session that was let in a seat or a place in the waiting room, or refuses it. When all seats are taken, a client
// may still have a resume token for a reserved seat: it gets some time to present it.

import type { Refusal } from "../../protocol/json_rpc/mod.ts";
import { clientRef, type Report } from "../../log/mod.ts";
import { type Clock, Deadlines } from "../../time/mod.ts";
import type { Seating } from "../seats/mod.ts";
import type { Session } from "../connection/mod.ts";

export interface AdmissionOptions {
  readonly seating: Seating;
  readonly report: Report;
  readonly clock: Clock;
  /** How long a client may take to present a resume token when all seats are taken, in ms. */
  readonly presentMs: number;
  /** How many clients may do so at a time, beyond the number of seats that can be resumed. */
  readonly lingeringRefusals: number;
  /** How long a refused client is asked to wait before it tries again, in ms. */
  readonly retryAfterMs: number;
  /** Starts writing what has been queued. */
  readonly flush: () => void;
}

export class Admission {
  readonly #options: AdmissionOptions;
  readonly #presenting: Deadlines<Session>;

  constructor(options: AdmissionOptions) {
    this.#options = options;
    this.#presenting = new Deadlines(options.clock, (session) => this.#endPresenting(session));
  }

  admit(session: Session): void {
    this.#options.seating.admit(session, () => this.#full(session));
  }

  #full(session: Session): void {
    const { seating, lingeringRefusals, presentMs } = this.#options;
    const { resumableCount } = seating;
    // Any of them may be the holder of a reserved seat; more of them would only hold file descriptors.
    const mayPresent = resumableCount > 0 && this.#presenting.size < resumableCount + lingeringRefusals;
    if (mayPresent) this.#presenting.add(session, presentMs);
    else this.#refuse(session);
  }

  /** The response to the hello of a session without a seat; unless the session is waiting for one, it is refused. */
  answerSeatless(session: Session): Refusal {
    const { seating, retryAfterMs } = this.#options;
    const message = allTaken(seating);
    if (seating.isWaiting(session)) {
      return { reason: "full", message: `${message}; you are waiting for one`, data: { waiting: true } };
    }
    // After the response to its hello has been queued.
    queueMicrotask(() => this.#refuse(session));
    return { reason: "full", message, data: { retry_after_ms: retryAfterMs } };
  }

  /** The session is closed. */
  forget(session: Session): void {
    this.#presenting.remove(session, this.#options.presentMs);
  }

  /** The time to present a token is over. A seat may have become free in the meantime. */
  #endPresenting(session: Session): void {
    const { seating, flush } = this.#options;
    // It may have presented one, and what comes of that is not known yet.
    seating.whenApplied(session, () => {
      const hasPlace = session.seat !== undefined || seating.isWaiting(session);
      if (hasPlace || !session.isOpen) return;
      seating.admit(session, () => this.#refuse(session));
      flush();
    });
  }

  #refuse(session: Session): void {
    this.forget(session);
    this.#options.seating.whenApplied(session, () => this.#refuseSeatless(session));
  }

  #refuseSeatless(session: Session): void {
    if (session.seat !== undefined || !session.isOpen) return;
    const { seating, report, retryAfterMs } = this.#options;
    report({ event: "client_refused", ...clientRef(session), reason: "full", capacity: seating.capacity });
    session.refuse("full", allTaken(seating), retryAfterMs);
  }
}

function allTaken({ capacity }: Seating): string {
  return `All seats are taken (${capacity} of ${capacity})`;
}
