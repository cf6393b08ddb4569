// Every metric of a server, with its meaning. Names and units follow the conventions of Prometheus: base units, `_total` for
// counters, and the standard names of metrics about the process.

import type { ServerFigures } from "../../protocol/methods/mod.ts";
import type { ConnectionTotals, JournalFigures, ServerUsage } from "../../server/mod.ts";
import type { EventCounts } from "./event_counts.ts";
import type { EventLoopLag } from "./event_loop_lag.ts";
import type { JournalTimes } from "./journal_times.ts";
import { byLabel, MetricsText } from "./metrics_text.ts";
import type { ProcessFigures } from "./process_figures.ts";
import { readiness } from "./readiness.ts";

export interface MetricsSource {
  readonly version: string;
  readonly status: Omit<ServerFigures, "version">;
  readonly usage: ServerUsage;
  readonly totals: Readonly<ConnectionTotals>;
  readonly journal: JournalFigures;
  readonly counts: EventCounts;
  readonly lag: Pick<EventLoopLag, "seconds">;
  readonly times: JournalTimes;
  readonly processFigures: ProcessFigures;
}

/** In the text format of Prometheus. */
export function renderMetrics(source: MetricsSource): string {
  const text = new MetricsText();
  addRanking(text, source);
  addCommands(text, source);
  addConnections(text, source);
  addJournal(text, source);
  addCluster(text, source);
  addProcess(text, source);
  return text.toString();
}

function addRanking(text: MetricsText, { status, usage, counts }: MetricsSource): void {
  text.gauge("rankserver_members", "Members, including disconnected ones.", status.members);
  text.gauge("rankserver_capacity", "Seats.", status.capacity);
  text.gauge("rankserver_away", "Members that are disconnected and whose seats are reserved.", status.away);
  text.gauge("rankserver_waiting", "Clients in the waiting room.", status.waiting);
  text.gauge("rankserver_waiting_capacity", "How many clients may wait.", usage.waitingCapacity);
  text.gauge("rankserver_epoch", "The version of the roster.", status.epoch);
  text.gauge(
    "rankserver_leader_ticket",
    "The ticket of the member that leads; 0: no member leads.",
    status.leader?.ticket ?? 0,
  );
  text.gauge(
    "rankserver_lead_wait_seconds",
    "How long no member may lead yet after a start.",
    status.lead_after_ms / 1_000,
  );
  text.counter("rankserver_clients_seated_total", "Clients that were given a seat.", counts.seated);
  text.counter("rankserver_clients_resumed_total", "Clients that resumed their seats.", counts.resumed);
  text.counter("rankserver_promotions_total", "Members that moved up.", counts.promoted);
  text.counter("rankserver_evictions_total", "Members that were evicted.", counts.evicted);
}

function addCommands(text: MetricsText, { status, counts }: MetricsSource): void {
  text.counter(
    "rankserver_commands_accepted_total",
    "Commands that were sent to their executors.",
    counts.commands,
  );
  text.counter("rankserver_command_executors_total", "Executors of accepted commands.", counts.executors);
  text.gauge("rankserver_runs_in_flight", "Runs that have not ended.", status.runs_in_flight);
  text.histogram("rankserver_run_duration_seconds", "How long runs took.", counts.runSeconds);
  text.counter(
    "rankserver_run_results_total",
    "Results of ended runs, one for each executor, by status.",
    byLabel("status", counts.results),
  );
  text.counter(
    "rankserver_late_answers_total",
    "Answers of executors that no run waited for.",
    status.late_answers,
  );
  text.counter(
    "rankserver_requests_refused_total",
    "Commands and invalid messages that were refused, by reason.",
    byLabel("reason", counts.requestsRefused),
  );
}

function addConnections(text: MetricsText, { usage, totals, counts }: MetricsSource): void {
  text.gauge("rankserver_connections", "Open connections.", usage.connections);
  text.gauge("rankserver_connections_lingering", "Connections that are being closed.", usage.lingering);
  text.gauge("rankserver_pending_logins", "Connections that have not logged in.", usage.pendingLogins);
  text.counter("rankserver_connections_accepted_total", "Accepted connections.", totals.accepted);
  text.counter(
    "rankserver_connections_closed_total",
    "Connections that were closed, by reason.",
    byLabel("reason", totals.closed),
  );
  text.counter(
    "rankserver_clients_refused_total",
    "Clients that were not let in, by reason.",
    byLabel("reason", counts.clientsRefused),
  );
  text.gauge("rankserver_outbox_bytes", "Bytes in all send queues.", usage.outboxTotalBytes);
  text.gauge("rankserver_outbox_longest_bytes", "Bytes in the longest send queue.", usage.outboxBytes);
  text.gauge(
    "rankserver_outbox_limit_bytes",
    "A client with more bytes in its send queue is closed.",
    usage.outboxLimitBytes,
  );
}

function addJournal(text: MetricsText, { journal, counts }: MetricsSource): void {
  if (journal.isShared) return;
  text.gauge("rankserver_journal_position", "The position of the last record.", journal.position);
  text.gauge(
    "rankserver_journal_failing",
    "1 while the journal cannot be written.",
    Number(journal.isFailing),
  );
  text.gauge("rankserver_journal_bytes", "How much of the journal's file is in use.", journal.bytes);
  text.counter(
    "rankserver_audit_entries_lost_total",
    "Entries that are missing in the audit because it could not be written.",
    counts.auditEntriesLost,
  );
}

function addCluster(text: MetricsText, { status: { cluster }, journal, times, counts }: MetricsSource): void {
  if (cluster === undefined) return;
  const { name, node, suspended, nodes } = cluster;
  const members = new Map<string, number>();
  for (const node of nodes) members.set(node.name, (members.get(node.name) ?? 0) + node.members);
  text.gauge("rankserver_cluster_info", "The cluster and the id of this node.", [[
    { cluster: name, node },
    1,
  ]]);
  text.gauge(
    "rankserver_cluster_suspended",
    "1 while this server has no contact with the others.",
    Number(suspended),
  );
  text.gauge("rankserver_cluster_nodes", "Nodes that are live.", nodes.length);
  text.gauge(
    "rankserver_cluster_node_members",
    "Members that are connected to a node, or were last, by the name of the node.",
    [...members].map(([node, count]) => [{ node }, count]),
  );
  text.gauge(
    "rankserver_cluster_log_position",
    "The position of the last record that was applied.",
    journal.position,
  );
  text.histogram(
    "rankserver_cluster_append_seconds",
    "How long it took to apply a record of this server.",
    times.appends,
  );
  text.counter(
    "rankserver_cluster_appends_refused_total",
    "Records of this server that changed nothing or were not applied in time.",
    times.appendsRefused,
  );
  text.histogram(
    "rankserver_cluster_echo_seconds",
    "How long requests waited for the next beat of this node in the log.",
    times.echoes,
  );
  text.counter(
    "rankserver_cluster_messages_dropped_total",
    "Messages with commands to or from other nodes that were dropped, by reason.",
    byLabel("reason", counts.dropped),
  );
}

function addProcess(
  text: MetricsText,
  { version, status, counts, lag, processFigures }: MetricsSource,
): void {
  text.gauge("rankserver_build_info", "The version of the program.", [[{ version }, 1]]);
  text.gauge("rankserver_draining", "1 while the server is shutting down.", Number(status.is_draining));
  text.gauge("rankserver_ready", "1 while /readyz answers 200.", Number(readiness(status).status === 200));
  text.counter(
    "rankserver_log_events_total",
    "Events of the log, by level.",
    byLabel("level", counts.events),
  );
  text.histogram(
    "rankserver_event_loop_lag_seconds",
    "How late a timer was, measured ten times per second.",
    lag.seconds,
  );
  text.gauge("rankserver_heap_used_bytes", "Memory that JavaScript uses.", processFigures.heapUsedBytes);
  text.gauge("process_heap_bytes", "Memory that is reserved for JavaScript.", processFigures.heapBytes);
  text.gauge("process_resident_memory_bytes", "Resident memory.", processFigures.residentBytes);
  text.counter("process_cpu_seconds_total", "User and system processor time.", processFigures.cpuSeconds);
  text.gauge("process_start_time_seconds", "When the process started, since 1970.", processFigures.startedAt);
}
