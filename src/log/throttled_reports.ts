// Tells the operator of what anybody could make happen without end: the first at once, and what follows counted together,
// never more often than once in a while. A line for each would let anybody fill the log.

import type { Report, ServerEvent } from "./server_event.ts";
import type { Clock } from "../time/mod.ts";

/** Events of one kind that say how many they stand for. */
type Counted<Kind> = Extract<ServerEvent, { readonly event: Kind; readonly count: number }>;

export class ThrottledReports<Kind extends Counted<unknown>["event"]> {
  readonly #report: Report;
  readonly #clock: Clock;
  readonly #quietMs: number;
  #untold: Counted<Kind> | undefined;
  /** While it is set, nothing is told; undoes the timer that ends this. */
  #cancelQuiet: (() => void) | undefined;

  /** @param quietMs between two events at least. */
  constructor(report: Report, clock: Clock, quietMs: number) {
    this.#report = report;
    this.#clock = clock;
    this.#quietMs = quietMs;
  }

  /** Of those that are told together, the event is the last one. */
  note(event: Omit<Counted<Kind>, "count">): void {
    this.#untold = { ...event, count: (this.#untold?.count ?? 0) + 1 } as Counted<Kind>;
    if (this.#cancelQuiet === undefined) this.#tell();
  }

  /** Tells what is untold and leaves no timer behind; to be called when nothing more can happen. */
  stop(): void {
    this.#tell();
    this.#cancelQuiet?.();
  }

  #tell(): void {
    this.#cancelQuiet?.();
    this.#cancelQuiet = undefined;
    if (this.#untold === undefined) return;
    this.#report(this.#untold);
    this.#untold = undefined;
    this.#cancelQuiet = this.#clock.after(this.#quietMs, () => this.#tell());
  }
}
