// Prints the history: records and entries of the audit as one list, in the order of time.

import { type AuditClient, type KeptEntry, stateBefore } from "../../../journal/mod.ts";
import type { JournalReader } from "../../../journal/engines/mod.ts";
import { visible, visibleJson } from "../../../words/mod.ts";
import { cannotWriteOutput, writeOutput } from "../../shared/mod.ts";
import { entryText } from "./entry_text.ts";
import type { Concerned, HistoryFilter } from "./history_filter.ts";
import { JOURNAL_EXIT } from "./journal_exit.ts";
import { recordText } from "./record_text.ts";
import { RosterReplay, type Step } from "./roster_replay.ts";

/** Lines are collected until there is this much text, and then printed together. */
const MAX_LENGTH = 64 * 1024;

/** @param since in ms since 1970. @returns the exit code */
export function printHistory(
  reader: JournalReader,
  since: number,
  filter: HistoryFilter,
  isJson: boolean,
): number {
  let lines = "";
  for (const line of historyLines(reader, since, filter, isJson)) {
    lines += `${line}\n`;
    if (lines.length < MAX_LENGTH) continue;
    const code = print(lines);
    if (code !== undefined) return code;
    lines = "";
  }
  return (lines === "" ? undefined : print(lines)) ?? JOURNAL_EXIT.ok;
}

/** @returns the exit code if the output has ended */
function print(lines: string): number | undefined {
  try {
    writeOutput(lines.slice(0, -1));
    return undefined;
  } catch (error) {
    // The reader has closed the pipe, as `head` does.
    if (error instanceof Deno.errors.BrokenPipe) return JOURNAL_EXIT.ok;
    console.error(cannotWriteOutput(error));
    return JOURNAL_EXIT.failed;
  }
}

export function* historyLines(
  reader: JournalReader,
  since: number,
  { client, command }: HistoryFilter,
  isJson: boolean,
): Iterable<string> {
  const firstPosition = reader.firstRecordSince(since);
  const firstId = reader.firstEntrySince(since);
  // The replay also has the names of executors, so it is needed even if only entries are printed.
  const replay = new RosterReplay(stateBefore(reader, firstPosition ?? Infinity));
  const steps = firstPosition === undefined ? [] : stepsFrom(reader, firstPosition, replay);
  const entries = firstId === undefined ? [] : reader.entries(firstId);
  for (const { step, entry } of merge(steps, entries)) {
    if (step !== undefined) {
      if (step.at < since || command !== undefined) continue;
      if (client !== undefined && !client(concernedByStep(step))) continue;
      const text = isJson ? stepJson(step) : recordText(step);
      if (text !== undefined) yield isJson ? text : `${timeText(step.at)} ${visible(text)}`;
    } else {
      if (entry.at < since) continue;
      if (command !== undefined && (!("command" in entry.entry) || entry.entry.command !== command)) continue;
      if (client !== undefined && !client(concernedByEntry(entry, replay))) continue;
      yield isJson
        ? entryJson(entry)
        : `${timeText(entry.at)} ${
          visible(entryText(entry.entry, entry.count, (ticket) => replay.nameOf(ticket)))
        }`;
    }
  }
}

function* stepsFrom(reader: JournalReader, first: number, replay: RosterReplay): Iterable<Step> {
  for (const kept of reader.records(first - 1)) yield replay.step(kept);
}

type Item =
  | { readonly step: Step; readonly entry?: undefined }
  | { readonly step?: undefined; readonly entry: KeptEntry };

/** Merges both by time and then by position; each keeps its own order. */
function* merge(steps: Iterable<Step>, entries: Iterable<KeptEntry>): Iterable<Item> {
  const rest = entries[Symbol.iterator]();
  let entry = rest.next();
  for (const step of steps) {
    for (; !entry.done && isBefore(entry.value, step); entry = rest.next()) yield { entry: entry.value };
    yield { step };
  }
  for (; !entry.done; entry = rest.next()) yield { entry: entry.value };
}

function isBefore(entry: KeptEntry, step: Step): boolean {
  return entry.at < step.at || (entry.at === step.at && entry.position < step.position);
}

function concernedByStep({ record, before, after, waited }: Step): Concerned {
  const seats = [before, after].filter((seat) => seat !== undefined);
  const names = seats.flatMap(({ name, identity = name }) => [name, identity]);
  if ("name" in record) names.push(record.name);
  if (waited !== undefined) names.push(waited);
  return { tickets: seats.map(({ ticket }) => ticket), ranks: seats.map(({ rank }) => rank), names };
}

function concernedByEntry({ entry }: KeptEntry, replay: RosterReplay): Concerned {
  const clients: Partial<AuditClient>[] = [];
  if ("by" in entry && entry.by !== undefined) clients.push(entry.by);
  if ("who" in entry) clients.push(entry.who);
  if (entry.kind === "login") clients.push({ identity: entry.identity });
  const executors = entry.kind === "run" ? entry.executors : [];
  const names = [
    ...clients.flatMap(({ name, identity }) => [name, identity]),
    ...executors.map((ticket) => replay.nameOf(ticket)),
  ];
  return {
    tickets: [...clients.map(({ ticket }) => ticket), ...executors].filter((ticket) => ticket !== undefined),
    ranks: clients.map(({ rank }) => rank).filter((rank) => rank !== undefined),
    names: names.filter((name) => name !== undefined),
  };
}

function stepJson({ at, position, record, effects, before, after, newFirst }: Step): string {
  const { kind, ...fields } = record;
  const [effect] = effects;
  return visibleJson(JSON.stringify({
    time: timeText(at),
    position,
    kind,
    ...withoutHashes(fields),
    void: effect?.kind === "void" ? effect.reason : undefined,
    before,
    after,
    new_rank_0: newFirst,
  }));
}

/** Hashes stay private: a reader could use them to check whether a token is valid. */
function withoutHashes(fields: object): object {
  return { ...fields, hash: undefined, presented: undefined };
}

function entryJson({ at, position, entry: { kind, ...fields }, count }: KeptEntry): string {
  return visibleJson(JSON.stringify({ time: timeText(at), position, kind, count, ...fields }));
}

function timeText(at: number): string {
  return new Date(at).toISOString();
}
