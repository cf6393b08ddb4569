// Prints the roster as it was.

import type { JournalReader } from "../../../journal/engines/mod.ts";
import { JournalContentError, type RosterSeat, type RosterState, stateAt } from "../../../journal/mod.ts";
import { count, visible, visibleJson } from "../../../words/mod.ts";
import { printAnswer } from "../../shared/mod.ts";
import { JOURNAL_EXIT } from "./journal_exit.ts";

export type Moment = { readonly position: number } | { readonly until: number };

/** @param moment a position, or a time in ms since 1970. @throws {JournalContentError} */
export function exportRoster(reader: JournalReader, moment: Moment, isJson: boolean): number {
  const position = "position" in moment ? moment.position : reader.lastRecordUntil(moment.until) ?? -1;
  const state = stateAt(reader, position);
  if (state === undefined) throw new JournalContentError(tooEarly(reader));
  return printAnswer(isJson ? jsonOf(state) : tableOf(state), JOURNAL_EXIT);
}

function tooEarly(reader: JournalReader): string {
  const [first] = reader.records(-1);
  // The first record, or a snapshot before it if older records were deleted.
  const position = Math.min(first?.position ?? Infinity, reader.oldestSnapshot()?.position ?? Infinity);
  if (position === Infinity) return "The journal contains no records";
  const time = first === undefined ? "" : ` (${timeText(first.at)})`;
  return `The journal does not go back that far: it begins at position ${position}${time}`;
}

function jsonOf(state: RosterState): string {
  const seats = state.roster.map(({ rank, ticket, client }) => ({
    rank,
    ticket,
    name: client.name,
    ip: client.ip,
    port: client.port,
    identity: client.identity,
    since: timeText(client.since),
    lease_ms: client.leaseMs > 0 ? client.leaseMs : undefined,
    away: client.isAway || undefined,
    evicted: client.isEvicted || undefined,
  }));
  const waiting = [...state.waiting.values()].map(({ name, ip, port, identity, since }) => ({
    name,
    ip,
    port,
    identity,
    since: timeText(since),
  }));
  const { position, epoch, capacity } = state;
  return visibleJson(JSON.stringify({ position, epoch, capacity, seats, waiting }));
}

function tableOf(state: RosterState): string {
  const { position, capacity, size, waiting } = state;
  const head = `Position ${position}: ${size} of ${count(capacity, "seat is", "seats are")} taken, ` +
    `${waiting.size} in the waiting room`;
  const rows = [
    ["rank", "ticket", "name", "address", "since", ""],
    ...state.roster.map(rowOf),
    ...[...waiting.values()].map(({ name, ip, port, since }) => [
      "waits",
      "",
      visible(name),
      addressOf(ip, port),
      timeText(since),
      "",
    ]),
  ];
  if (rows.length === 1) return head;
  const widths = rows[0]!.map((_, column) => Math.max(...rows.map((row) => row[column]!.length)));
  return [head, ...rows.map((row) => row.map((cell, i) => cell.padEnd(widths[i]!)).join("  ").trimEnd())]
    .join("\n");
}

function rowOf(
  { rank, ticket, client: { name, ip, port, since, leaseMs, isAway, isEvicted } }: RosterSeat,
): string[] {
  const notes = [isAway && "away", isEvicted && "evicted", leaseMs > 0 && `lease ${leaseMs} ms`].filter(
    Boolean,
  );
  return [`${rank}`, `${ticket}`, visible(name), addressOf(ip, port), timeText(since), notes.join(", ")];
}

function addressOf(ip: string, port: number): string {
  const shown = visible(ip);
  return ip.includes(":") ? `[${shown}]:${port}` : `${shown}:${port}`;
}

function timeText(at: number): string {
  return new Date(at).toISOString();
}
