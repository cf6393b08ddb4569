// Counts what the log tells: one event stands for many equal commands, so this costs little however many there are.

import { type Level, levelOf, type Report, type ServerEvent } from "../../log/mod.ts";
import { ErrorCode, type ErrorReason } from "../../protocol/json_rpc/mod.ts";
import { type Status, STATUSES } from "../../protocol/methods/mod.ts";
import { Histogram } from "./histogram.ts";

/** Why clients were not let in. */
const REFUSALS = ["full", "rate_limited", "unauthenticated", "handshake_failed", "wrong_protocol"] as const;
/** In seconds. */
const RUN_BOUNDS = [0.01, 0.05, 0.1, 0.5, 1, 5, 10, 30, 60, 300];

export class EventCounts {
  /** Events of the log. */
  readonly events: Record<Level, number> = { info: 0, warning: 0, error: 0 };
  /** Commands that were sent to their executors. */
  commands = 0;
  /** The executors of all of these. */
  executors = 0;
  /** From the beginning of a run to its end, in seconds. */
  readonly runSeconds = new Histogram(RUN_BOUNDS);
  /** How runs ended, for each executor. */
  readonly results = zeros<Status>(STATUSES);
  /** Requests, notifications and lines that were refused. */
  readonly requestsRefused = zeros(Object.keys(ErrorCode) as ErrorReason[]);
  readonly clientsRefused = zeros(REFUSALS);
  seated = 0;
  resumed = 0;
  promoted = 0;
  evicted = 0;
  /** Messages between servers. */
  readonly dropped = zeros(["full", "late"]);
  auditEntriesLost = 0;

  note(event: ServerEvent): void {
    this.events[levelOf(event)]++;
    switch (event.event) {
      case "command_accepted":
        this.commands += event.count;
        this.executors += event.count * event.executors;
        return;
      case "run_ended":
        this.runSeconds.observe(event.ms / 1_000);
        for (const status of STATUSES) this.results[status] += event.counts[status] ?? 0;
        return;
      case "command_refused":
        return add(this.requestsRefused, event.reason, 1);
      case "message_refused":
        return add(this.requestsRefused, event.reason, event.count);
      case "client_rate_limited":
        return add(this.requestsRefused, "rate_limited", event.count);
      case "client_refused":
        return add(this.clientsRefused, event.reason, 1);
      case "client_turned_away":
        return add(this.clientsRefused, event.reason, event.count);
      case "login_refused":
        return add(this.clientsRefused, "unauthenticated", 1);
      case "handshake_failed":
        return add(this.clientsRefused, "handshake_failed", event.count);
      case "foreign_protocol":
        return add(this.clientsRefused, "wrong_protocol", event.count);
      case "client_seated":
        this.seated++;
        return;
      case "client_back":
        this.resumed++;
        return;
      case "client_promoted":
        this.promoted++;
        return;
      case "clients_promoted":
        this.promoted += event.count;
        return;
      case "client_evicted":
        this.evicted++;
        return;
      case "commands_dropped":
        return add(this.dropped, event.why, event.count);
      case "audit_recovered":
        this.auditEntriesLost += event.lost;
        return;
    }
  }
}

/** A report that also counts. */
export function countedReport(report: Report, counts: EventCounts): Report {
  return (event) => {
    report(event);
    counts.note(event);
  };
}

function zeros<Key extends string>(keys: readonly Key[]): Record<Key, number> {
  return Object.fromEntries(keys.map((key) => [key, 0])) as Record<Key, number>;
}

/** The values of a label are a closed list: Prometheus keeps a series for each. */
function add(counts: Record<string, number>, key: string, count: number): void {
  if (Object.hasOwn(counts, key)) counts[key]! += count;
}
