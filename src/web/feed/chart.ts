// The last hour in figures: one point every 10 seconds, kept whether or not a page is open.

import type { Clock } from "../../time/mod.ts";
import type { ChartPoint } from "../messages/mod.ts";
import type { SeenCounts } from "./seen_events.ts";

const POINT_MS = 10_000;
const MAX_POINTS = 360;

export interface ChartOptions {
  readonly clock: Clock;
  readonly wallClock: () => number;
  readonly members: () => number;
  readonly counts: () => SeenCounts;
  readonly onPoint: (point: ChartPoint) => void;
}

export class Chart {
  readonly #options: ChartOptions;
  readonly #points: ChartPoint[] = [];
  #before: SeenCounts;
  #takenAt: number;
  #stopTimer: () => void;

  constructor(options: ChartOptions) {
    this.#options = options;
    this.#before = options.counts();
    this.#takenAt = options.clock.now();
    this.#stopTimer = options.clock.after(POINT_MS, () => this.#take());
  }

  /** Oldest first. */
  get points(): readonly ChartPoint[] {
    return this.#points;
  }

  stop(): void {
    this.#stopTimer();
  }

  #take(): void {
    const { clock, wallClock, members, counts, onPoint } = this.#options;
    const now = clock.now();
    const current = counts();
    // A timer may be late.
    const seconds = Math.max(1, now - this.#takenAt) / 1_000;
    const point: ChartPoint = {
      at: wallClock(),
      members: members(),
      commandsPerSecond: Math.round((current.commands - this.#before.commands) / seconds * 10) / 10,
      failures: current.failures - this.#before.failures,
    };
    this.#before = current;
    this.#takenAt = now;
    this.#points.push(point);
    if (this.#points.length > MAX_POINTS) this.#points.shift();
    this.#stopTimer = clock.after(POINT_MS, () => this.#take());
    onPoint(point);
  }
}
