// What is counted of the log.

import { assertEquals } from "@std/assert";
import type { ServerEvent } from "../../../src/log/server_event.ts";
import { countedReport, EventCounts } from "../../../src/web/metrics/event_counts.ts";

const AT = { ip: "10.0.0.7", port: 51234 };

function countsOf(events: readonly ServerEvent[]): EventCounts {
  const counts = new EventCounts();
  for (const event of events) counts.note(event);
  return counts;
}

Deno.test("an event that stands for equal commands counts as many, with their executors", () => {
  const command = { event: "command_accepted", ...AT, rank: 0, command: "ping" } as const;
  const { commands, executors } = countsOf([
    { ...command, executors: 3, count: 1_000 },
    { ...command, executors: 2, count: 1, run: 7 },
  ]);
  assertEquals([commands, executors], [1_001, 3_002]);
});

Deno.test("a run counts once, and its results by status", () => {
  const run = { event: "run_ended", run: 1, command: "ping", not_ok: [] } as const;
  const { results, runSeconds } = countsOf([
    { ...run, counts: { executors: 3, ok: 2, failed: 1, other: 9 }, ms: 20 },
    { ...run, counts: { executors: 1, lost: 1 }, ms: 400_000 },
  ]);
  const others = { refused: 0, delivered: 0, timed_out: 0, cancelled: 0 };
  assertEquals(results, { ok: 2, failed: 1, lost: 1, ...others });
  assertEquals(runSeconds.counts, [0, 1, 0, 0, 0, 0, 0, 0, 0, 0, 1]);
  assertEquals(runSeconds.sum, 400.02);
});

Deno.test("refusals are counted by reason, and those of an unknown reason make no label", () => {
  const { requestsRefused, clientsRefused } = countsOf([
    { event: "command_refused", ...AT, rank: 1, command: "x", reason: "not_allowed" },
    { event: "command_refused", ...AT, rank: 1, command: "x", reason: "made up" },
    { event: "command_refused", ...AT, rank: 1, command: "x", reason: "constructor" },
    { event: "message_refused", ...AT, reason: "parse_error", count: 4 },
    { event: "client_rate_limited", ...AT, count: 5 },
    { event: "client_refused", ...AT, reason: "full", capacity: 2 },
    { event: "client_turned_away", ...AT, reason: "rate_limited", message: "m", count: 6 },
    { event: "login_refused", ...AT, message: "m" },
    { event: "handshake_failed", ...AT, message: "m", count: 7 },
    { event: "foreign_protocol", ...AT, protocol: "HTTP", count: 8 },
  ]);
  const reasons = Object.entries(requestsRefused).filter(([, count]) => count > 0);
  assertEquals(reasons, [["parse_error", 4], ["not_allowed", 1], ["rate_limited", 5]]);
  assertEquals(Object.keys(requestsRefused).length, 13);
  assertEquals(clientsRefused, {
    full: 1,
    rate_limited: 6,
    unauthenticated: 1,
    handshake_failed: 7,
    wrong_protocol: 8,
  });
});

Deno.test("seats, promotions, evictions and what was lost are counted, and all events by level", () => {
  const seat = { ...AT, rank: 0, ticket: 1 };
  const counts = countsOf([
    { event: "client_seated", ...seat, epoch: 1 },
    { event: "client_back", ...seat },
    { event: "client_promoted", ...AT, rank: 0, was: 1, epoch: 2 },
    { event: "clients_promoted", count: 40, first: 0, last: 39, epoch: 3 },
    { event: "client_evicted", ...seat, keep_ms: 0 },
    { event: "commands_dropped", node: "b", why: "late", count: 2 },
    { event: "audit_recovered", lost: 11 },
    { event: "fault", where: "here", message: "m" },
  ]);
  const { seated, resumed, promoted, evicted, dropped, auditEntriesLost, events } = counts;
  assertEquals([seated, resumed, promoted, evicted, auditEntriesLost], [1, 1, 41, 1, 11]);
  assertEquals(dropped, { full: 0, late: 2 });
  assertEquals(events, { info: 6, warning: 1, error: 1 });
});

Deno.test("a counted report still reports", () => {
  const reported: ServerEvent[] = [];
  const counts = new EventCounts();
  countedReport((event) => reported.push(event), counts)({ event: "stopped" });
  assertEquals([reported, counts.events.info], [[{ event: "stopped" }], 1]);
});
