// Connections that are refused before anything is known of them, in the log: one line a second says how many there were,
// as whoever can open connections could fill a disk otherwise.

import type { ClientRef, Report } from "../log/server_event.ts";
import type { CloseReason } from "../protocol/methods.ts";

const REPORT_EVERY_MS = 1_000;

export interface RefusedConnection extends ClientRef {
  readonly reason: CloseReason;
  readonly message: string;
}

export class RefusalReports {
  readonly #report: Report;
  readonly #now: () => number;
  #count = 0;
  #reportedAt = -Infinity;

  /** @param now monotonic, in ms. */
  constructor(report: Report, now: () => number) {
    this.#report = report;
    this.#now = now;
  }

  /** The line, when there is one, is about this connection, and counts those since the line before. */
  note(refused: RefusedConnection): void {
    this.#count++;
    const now = this.#now();
    if (now - this.#reportedAt < REPORT_EVERY_MS) return;
    this.#report({ event: "client_turned_away", ...refused, count: this.#count });
    this.#count = 0;
    this.#reportedAt = now;
  }
}
