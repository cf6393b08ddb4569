// The metrics of one server: created before it, so that nothing is missed, and asked while it runs.

import type { SharedJournal } from "../../journal/engines/mod.ts";
import type { Report } from "../../log/mod.ts";
import type { RankServer } from "../../server/mod.ts";
import type { Clock } from "../../time/mod.ts";
import { countedReport, EventCounts } from "./event_counts.ts";
import { EventLoopLag } from "./event_loop_lag.ts";
import { JournalTimes, timedJournal } from "./journal_times.ts";
import type { ProcessFigures } from "./process_figures.ts";
import { renderMetrics } from "./render_metrics.ts";

export interface MetricsOptions {
  /** Of the program. */
  readonly version: string;
  readonly clock: Clock;
  readonly readProcess: () => ProcessFigures;
}

/** What is asked of the server. */
export type MeasuredServer = Pick<RankServer, "status" | "usage" | "totals" | "journal">;

export class Metrics {
  readonly #options: MetricsOptions;
  readonly #counts = new EventCounts();
  readonly #times = new JournalTimes();
  readonly #lag: EventLoopLag;

  constructor(options: MetricsOptions) {
    this.#options = options;
    this.#lag = new EventLoopLag(options.clock);
  }

  /** The report to give to the server. */
  counted(report: Report): Report {
    return countedReport(report, this.#counts);
  }

  /** The journal to give to the server, where it shares one with others. */
  timed<Member>(journal: SharedJournal<Member>): SharedJournal<Member> {
    return timedJournal(journal, this.#times, this.#options.clock);
  }

  /** Starts the timer that measures the event loop. */
  start(): void {
    this.#lag.start();
  }

  stop(): void {
    this.#lag.stop();
  }

  /** In the text format of Prometheus. */
  render(server: MeasuredServer): string {
    const { version, readProcess } = this.#options;
    return renderMetrics({
      version,
      status: server.status(),
      usage: server.usage(),
      totals: server.totals(),
      journal: server.journal(),
      counts: this.#counts,
      times: this.#times,
      lag: this.#lag,
      processFigures: readProcess(),
    });
  }
}
