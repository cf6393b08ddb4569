// What the soak shows, minute by minute, and whether anything has been left over.

import { summarize } from "../report/statistics.ts";
import type { Tally } from "./churn.ts";
import type { Facts } from "./subject.ts";

/** How much more memory than after the first minute is still level. */
const HEAP_GROWTH = 1.1;
/** The system's view is coarser: V8 and malloc give pages back when they please. */
const RESIDENT_GROWTH = 1.25;
/** For the same reason it is that of a few minutes, at both ends. */
const RESIDENT_MINUTES = 3;

const COLUMNS = [
  "minute",
  "server",
  "clients",
  "commands",
  "runs",
  "resumed",
  "members",
  "heap MiB",
  "RSS MiB",
  "descriptors",
  "timers",
  "left over",
];

export function renderHead(): string {
  return `${line(COLUMNS)}\n${line(COLUMNS.map((title) => "-".repeat(title.length)))}`;
}

/** The figures of the busy minute, then those of the empty server after it. */
export function renderMinute(minute: number, name: string, tally: Tally, busy: Facts, left: Facts): string {
  return line([
    minute,
    name,
    tally.lives,
    tally.commands,
    tally.runs,
    tally.resumed,
    busy.members,
    left.heap === undefined ? "" : mebi(left.heap),
    mebi(left.resident),
    left.descriptors,
    left.timers ?? "",
    left.members + left.runs + left.connections,
  ].map(String));
}

/** A sentence for each thing that is not as it was. */
export function findLeaks(name: string, before: Facts, after: readonly Facts[]): string[] {
  const first = after[0]!;
  const last = after.at(-1)!;
  const leaks: string[] = [];
  const expect = (isLevel: boolean, what: string, was: number, is: number) => {
    if (!isLevel) leaks.push(`${name}: ${what} went from ${was} to ${is}`);
  };
  const rest = last.members + last.runs + last.connections;
  expect(rest === 0, "members, runs and connections left over", 0, rest);
  expect(last.faults === 0, "faults of the server", 0, last.faults);
  expect(last.descriptors <= before.descriptors, "descriptors", before.descriptors, last.descriptors);
  expect((last.timers ?? 0) <= (before.timers ?? 0), "timers", before.timers ?? 0, last.timers ?? 0);
  const heap = [first.heap ?? 0, last.heap ?? 0] as const;
  expect(heap[1] <= HEAP_GROWTH * heap[0], "bytes of heap after a forced collection", ...heap);
  const resident = after.map((minute) => minute.resident);
  const residentAtFirst = summarize(resident.slice(0, RESIDENT_MINUTES))!.median;
  const residentAtLast = summarize(resident.slice(-RESIDENT_MINUTES))!.median;
  expect(
    residentAtLast <= RESIDENT_GROWTH * residentAtFirst,
    "bytes of resident memory",
    residentAtFirst,
    residentAtLast,
  );
  return leaks;
}

function line(cells: readonly string[]): string {
  return `| ${cells.map((cell, i) => cell.padStart(Math.max(10, COLUMNS[i]!.length))).join(" | ")} |`;
}

function mebi(bytes: number): string {
  return (bytes / 1_048_576).toFixed(2);
}
