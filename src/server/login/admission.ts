// The door: every new connection is seated, waits, or is refused and told so. At a full house somebody may still have a
// token for a seat that is kept; a newcomer then gets a moment to present it.

import type { Refusal } from "../../protocol/json_rpc/mod.ts";
import type { Report } from "../../log/mod.ts";
import { type Clock, Deadlines } from "../../time/mod.ts";
import type { Seating } from "../seats/mod.ts";
import type { Session } from "../connection/mod.ts";

export interface AdmissionOptions {
  readonly seating: Seating;
  readonly report: Report;
  readonly clock: Clock;
  /** How long a newcomer at a full house may take to present a token, in ms. */
  readonly presentMs: number;
  /** Sessions that are refused but not gone. */
  readonly lingering: { readonly size: number };
  readonly maxLingering: number;
  /** What a refused client is told to wait before it tries again, in ms. */
  readonly retryAfterMs: number;
  /** Starts the writes of what was queued. */
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
    const { seating, maxLingering, presentMs } = this.#options;
    if (seating.admit(session) !== "full") return;
    const { resumableCount } = seating;
    // Each of them may be one who comes back; more would only hold descriptors.
    const mayPresent = resumableCount > 0 && this.#presenting.size < resumableCount + maxLingering;
    if (mayPresent) this.#presenting.add(session, presentMs);
    else this.#turnAway(session);
  }

  /** What a session without a seat hears when it says hello; one that has no token to present is turned away now. */
  answerSeatless(session: Session): Refusal {
    const { seating, retryAfterMs } = this.#options;
    const message = allTaken(seating);
    if (seating.isWaiting(session)) {
      return { reason: "full", message: `${message}; you wait for one`, data: { waiting: true } };
    }
    // After the answer to its hello, which is sent first.
    queueMicrotask(() => this.#turnAway(session));
    return { reason: "full", message, data: { retry_after_ms: retryAfterMs } };
  }

  /** The session is gone. */
  forget(session: Session): void {
    this.#presenting.remove(session, this.#options.presentMs);
  }

  /** It had its moment. A seat may have come free meanwhile. */
  #endPresenting(session: Session): void {
    const hasPlace = session.seat !== undefined || this.#options.seating.isWaiting(session);
    if (hasPlace || !session.isOpen) return;
    if (this.#options.seating.admit(session) === "full") this.#turnAway(session);
    this.#options.flush();
  }

  #turnAway(session: Session): void {
    this.forget(session);
    if (session.seat !== undefined || !session.isOpen) return;
    const { seating, report, lingering, maxLingering, retryAfterMs } = this.#options;
    const { ip, port } = session;
    report({ event: "client_refused", ip, port, reason: "full", capacity: seating.capacity });
    session.closeWith("full", allTaken(seating), retryAfterMs);
    // Beyond so many, a refusal that may not arrive is better than descriptors held by whoever is refused.
    if (lingering.size > maxLingering) session.destroy();
  }
}

function allTaken({ capacity }: Seating): string {
  return `all ${capacity} seats are taken`;
}
