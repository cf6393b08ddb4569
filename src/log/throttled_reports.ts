// Throttles log lines about events that any client can cause: the first is reported immediately, later ones are counted and
// reported together. A line for each would let any client fill the log.

import type { Report, ServerEvent } from "./server_event.ts";
import type { Clock } from "../time/mod.ts";

/** Events that have a count. */
type Counted<Kind> = Extract<ServerEvent, { readonly event: Kind; readonly count: number }>;

export class ThrottledReports<Kind extends Counted<unknown>["event"]> {
  readonly #report: Report;
  readonly #clock: Clock;
  readonly #intervalMs: number;
  #pending: Counted<Kind> | undefined;
  /** Set while the interval since the last report lasts; cancels its timer. */
  #cancelTimer: (() => void) | undefined;

  /** @param intervalMs the shortest time between two reports. */
  constructor(report: Report, clock: Clock, intervalMs: number) {
    this.#report = report;
    this.#clock = clock;
    this.#intervalMs = intervalMs;
  }

  /** Counts an event; of those that are reported together, the last one is used. */
  note(event: Omit<Counted<Kind>, "count">): void {
    this.#pending = { ...event, count: (this.#pending?.count ?? 0) + 1 } as Counted<Kind>;
    if (this.#cancelTimer === undefined) this.#reportPending();
  }

  /** Reports what is pending and leaves no timer behind; no event may be noted afterwards. */
  stop(): void {
    this.#reportPending();
    this.#cancelTimer?.();
  }

  #reportPending(): void {
    this.#cancelTimer?.();
    this.#cancelTimer = undefined;
    if (this.#pending === undefined) return;
    this.#report(this.#pending);
    this.#pending = undefined;
    this.#cancelTimer = this.#clock.after(this.#intervalMs, () => this.#reportPending());
  }
}
