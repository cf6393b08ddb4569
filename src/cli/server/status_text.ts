// The answer to `rankserver --status` for people: the figures, who leads, and a table of who is who. Pure.

import { count, visible } from "../../words/mod.ts";
import type { ClusterStatus, ServerStatus, WaitingClient } from "../../protocol/methods/mod.ts";
import { agoTextOf, durationText } from "../../time/mod.ts";

/** @param now in ms since 1970 */
export function statusText(status: ServerStatus, now: number): string {
  const { version, address, uptime_ms, members, capacity, away, waiting, epoch } = status;
  const draining = status.is_draining ? ", shutting down" : "";
  return [
    `rankserver ${visible(version)} on ${visible(address)}, up for ${durationText(uptime_ms)}${draining}`,
    `${members} of ${
      count(capacity, "seat is", "seats are")
    } taken, ${away} of them by disconnected members; ${waiting} in the waiting room (epoch ${epoch})`,
    `${count(status.connections, "connection")}, ${count(status.runs_in_flight, "run")} in flight, ${
      count(status.late_answers, "late answer")
    }`,
    leaderLine(status),
    ...clusterLines(status.cluster),
    ...rosterLines(status, now),
    ...waitingLines(status.waiting_room, waiting),
  ].join("\n");
}

function leaderLine({ leader, lead_after_ms, members }: ServerStatus): string {
  if (leader !== undefined) {
    const { name, ticket, leads_for_ms } = leader;
    const since = leads_for_ms === undefined
      ? "since before the server started"
      : `for ${durationText(leads_for_ms)}`;
    return `${visible(name)} (rank 0, ticket ${ticket}) leads, ${since}`;
  }
  if (lead_after_ms > 0) return `No client leads for another ${Math.ceil(lead_after_ms / 1_000)} s`;
  return members === 0 ? "No client leads" : "No client leads: rank 0 has no lease";
}

/** In what state this server is, and a table of all. */
function clusterLines(cluster: ClusterStatus | undefined): string[] {
  if (cluster === undefined) return [];
  const { name, node, suspended, nodes } = cluster;
  const state = suspended
    ? "suspended: no contact with the log in NATS; this status may be out of date"
    : "in contact with the log";
  const rows = nodes.map(({ id, name, version, address, members }) => [
    visible(id),
    visible(name),
    visible(version),
    visible(address),
    String(members),
  ]);
  const head = ["node", "name", "version", "address", "members"];
  return [
    `Node ${visible(node)} of the cluster ${visible(name)}, ${state}`,
    ...rows.length === 0 ? [] : ["", ...tableLines(head, rows, "members")],
  ];
}

/** Those with the nodes of the members only for a server that is one of several. */
function rosterLines({ roster, members, cluster }: ServerStatus, now: number): string[] {
  if (roster.length === 0) return [];
  const nodeCell = (node: string | undefined) => cluster === undefined ? [] : [visible(node ?? "")];
  const rows = roster.map(({ rank, ticket, name, address, since, lease_ms, away, node }) => [
    String(rank),
    visible(name),
    visible(address),
    ...nodeCell(node),
    String(ticket),
    agoTextOf(since, now),
    lease_ms === undefined ? "" : `${lease_ms} ms`,
    away === true ? "away" : "",
  ]);
  const nodeHead = cluster === undefined ? [] : ["node"];
  const head = ["rank", "name", "address", ...nodeHead, "ticket", "since", "lease", "away"];
  return ["", ...tableLines(head, rows, "rank"), ...moreLines(members - roster.length, "member")];
}

function waitingLines(clients: readonly WaitingClient[], waiting: number): string[] {
  if (clients.length === 0) return [];
  const rows = clients.map(({ place, name, address }) => [String(place), visible(name), visible(address)]);
  const head = ["place", "name", "address"];
  return ["", ...tableLines(head, rows, "place"), ...moreLines(waiting - clients.length, "waiting client")];
}

/** Columns as wide as their longest cell. @param numbers the column that contains numbers */
function tableLines(head: readonly string[], rows: readonly string[][], numbers: string): string[] {
  const all = [head, ...rows];
  const widths = head.map((_, column) => all.reduce((most, row) => Math.max(most, row[column]!.length), 0));
  const pad = (cell: string, column: number) =>
    head[column] === numbers ? cell.padStart(widths[column]!) : cell.padEnd(widths[column]!);
  return all.map((row) => row.map(pad).join("  ").trimEnd());
}

function moreLines(more: number, what: string): string[] {
  return more <= 0 ? [] : [`and ${count(more, `more ${what}`)}; --json lists all`];
}
