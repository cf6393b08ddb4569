// The answer to `rankserver --status` for people: the figures, who leads, and a table of who is who. Pure.

import { count, visible } from "../../words/mod.ts";
import type { Member, ServerStatus, WaitingClient } from "../../protocol/methods/mod.ts";
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
    ...rosterLines(status.roster, members, now),
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

function rosterLines(roster: readonly Member[], members: number, now: number): string[] {
  if (roster.length === 0) return [];
  const rows = roster.map(({ rank, ticket, name, address, since, lease_ms, away }) => [
    String(rank),
    visible(name),
    visible(address),
    String(ticket),
    agoTextOf(since, now),
    lease_ms === undefined ? "" : `${lease_ms} ms`,
    away === true ? "away" : "",
  ]);
  const head = ["rank", "name", "address", "ticket", "since", "lease", "away"];
  return ["", ...tableLines(head, rows), ...moreLines(members - roster.length, "member")];
}

function waitingLines(clients: readonly WaitingClient[], waiting: number): string[] {
  if (clients.length === 0) return [];
  const rows = clients.map(({ place, name, address }) => [String(place), visible(name), visible(address)]);
  const head = ["place", "name", "address"];
  return ["", ...tableLines(head, rows), ...moreLines(waiting - clients.length, "waiting client")];
}

/** Columns as wide as their longest cell; the first one contains numbers. */
function tableLines(head: readonly string[], rows: readonly string[][]): string[] {
  const all = [head, ...rows];
  const widths = head.map((_, column) => all.reduce((most, row) => Math.max(most, row[column]!.length), 0));
  return all.map((row) =>
    row.map((cell, column) => column === 0 ? cell.padStart(widths[0]!) : cell.padEnd(widths[column]!))
      .join("  ").trimEnd()
  );
}

function moreLines(more: number, what: string): string[] {
  return more <= 0 ? [] : [`and ${count(more, `more ${what}`)}; --json lists all`];
}
