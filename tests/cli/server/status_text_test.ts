// The text of `rankserver --status`.

import { assert, assertEquals } from "@std/assert";
import { statusText } from "../../../src/cli/server/status_text.ts";
import type { ListedMember, ServerStatus } from "../../../src/protocol/methods/mod.ts";
import { acts } from "../../support/acting_text.ts";
import { NAUGHTY } from "../../support/naughty_strings.ts";

const NOW = Date.parse("2026-01-02T03:04:05Z");

function member(rank: number, more: Partial<ListedMember> = {}): ListedMember {
  const since = new Date(NOW - 180_000).toISOString();
  return { rank, ticket: 7 + rank, name: `web-${rank}`, address: `10.0.0.${rank}:50000`, since, ...more };
}

function textOf(more: Partial<ServerStatus>): string {
  const roster = more.roster ?? [];
  return statusText({
    ...{ version: "1.2.3", address: "127.0.0.1:6001", uptime_ms: 84_000, capacity: 20, epoch: 3, away: 0 },
    ...{ connections: 3, runs_in_flight: 0, late_answers: 1, is_draining: false, lead_after_ms: 0 },
    ...{ members: roster.length, waiting: more.waiting_room?.length ?? 0, roster, waiting_room: [] },
    ...more,
  }, NOW);
}

const linesOf = (more: Partial<ServerStatus>) => textOf(more).split("\n");

Deno.test("the status has the figures, the leader, the members and the waiting clients", () => {
  const roster = [member(0, { lease_ms: 10_000 }), member(1, { name: "Ada", away: true })];
  const waiting_room = [{ place: 1, name: "Bob", address: "10.0.0.9:50000" }];
  const leader = { ticket: 7, name: "web-0", leads_for_ms: 61_000 };
  assertEquals(linesOf({ roster, waiting_room, leader, away: 1 }), [
    "rankserver 1.2.3 on 127.0.0.1:6001, up for 1 min",
    "2 of 20 seats are taken, 1 of them by disconnected members; 1 in the waiting room (epoch 3)",
    "3 connections, 0 runs in flight, 1 late answer",
    "web-0 (rank 0, ticket 7) leads, for 1 min",
    "",
    "rank  name   address         ticket  since      lease     away",
    "   0  web-0  10.0.0.0:50000  7       3 min ago  10000 ms",
    "   1  Ada    10.0.0.1:50000  8       3 min ago            away",
    "",
    "place  name  address",
    "    1  Bob   10.0.0.9:50000",
  ]);
});

Deno.test("the status has the reason why no client leads, and says if a leader led before the server started", () => {
  const roster = [member(0)];
  const leader = { ticket: 7, name: "web-0" };
  const lines: [Partial<ServerStatus>, string][] = [
    [{}, "No client leads"],
    [{ roster }, "No client leads: rank 0 has no lease"],
    [{ roster, lead_after_ms: 7_001 }, "No client leads for another 8 s"],
    [{ roster, leader }, "web-0 (rank 0, ticket 7) leads, since before the server started"],
  ];
  for (const [status, line] of lines) assertEquals(linesOf(status)[3], line);
});

Deno.test("the status has the numbers of members and waiting clients that it does not list", () => {
  const waiting_room = [{ place: 1, name: "Bob", address: "10.0.0.9:50000" }];
  const lines = linesOf({ roster: [member(0)], members: 2, waiting_room, waiting: 1_001 });
  assertEquals([lines[7], lines.at(-1)], [
    "and 1 more member; --json lists all",
    "and 1000 more waiting clients; --json lists all",
  ]);
});

const CLUSTER = {
  name: "web",
  node: "a-00000001",
  suspended: false,
  nodes: [
    { id: "a-00000001", name: "a", version: "1.2.3", address: "10.0.0.1:6001", members: 1 },
    { id: "b-00000002", name: "b", version: "1.2.4", address: "", members: 12 },
  ],
};

Deno.test("the status of a server in a cluster has its nodes, and the node of each member", () => {
  const roster = [member(0, { node: "a-00000001" }), member(1, { node: "b-00000002", away: true })];
  assertEquals(linesOf({ roster, cluster: CLUSTER }).slice(3), [
    "No client leads: rank 0 has no lease",
    "Node a-00000001 of the cluster web, in contact with the log",
    "",
    "node        name  version  address        members",
    "a-00000001  a     1.2.3    10.0.0.1:6001        1",
    "b-00000002  b     1.2.4                        12",
    "",
    "rank  name   address         node        ticket  since      lease  away",
    "   0  web-0  10.0.0.0:50000  a-00000001  7       3 min ago",
    "   1  web-1  10.0.0.1:50000  b-00000002  8       3 min ago         away",
  ]);
});

Deno.test("the status of a suspended server says so", () => {
  assertEquals(
    linesOf({ cluster: { ...CLUSTER, suspended: true, nodes: [] } }).at(-1),
    "Node a-00000001 of the cluster web, suspended: no contact with the log in NATS; this status may be out of date",
  );
});

Deno.test("no name acts on the terminal or adds a line", () => {
  const lines = linesOf({ roster: [member(0)] }).length;
  for (const [, name] of NAUGHTY) {
    const leader = { ticket: 7, name };
    const waiting_room = [{ place: 1, name, address: name }];
    const nodes = [{ id: name, name, version: name, address: name, members: 1 }];
    const cluster = { name, node: name, suspended: false, nodes };
    const roster = [member(0, { name, address: name, node: name })];
    const shown = linesOf({ roster, leader, waiting_room, cluster });
    assertEquals(shown.length, lines + 7, JSON.stringify(name));
    for (const line of shown) assert(!acts(line), JSON.stringify(name));
  }
});
