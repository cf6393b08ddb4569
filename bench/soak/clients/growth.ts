// Whether a process has grown during the soak: compares its samples after a warm-up with those at the end.

import { quantile } from "../../../tests/attacks/quantile.ts";
import { summarize } from "../../report/statistics.ts";
import type { ProcessSample, WatchedProcess } from "./watched_process.ts";

/** V8 and malloc return pages when they please, so this much more than at the beginning is still level. */
const RESIDENT_GROWTH = 1.25;
/** The other figures rise and fall with the work. What is left over shows in the low ones: the first quartile. */
const LOW = 0.25;
/** This many more are still level: the runtime opens a descriptor, or starts a thread, when it first needs one. */
const MORE = { descriptors: 1, threads: 2, children: 0 };
/** How long a process may take to allocate what it needs; at most a quarter of the time. */
const WARM_UP_MS = 30_000;
/** The length of each end; at most a third of the time after the warm-up. */
const END_MS = 180_000;

const COUNTS = ["descriptors", "threads", "children"] as const;

export interface Ends {
  readonly first: readonly ProcessSample[];
  readonly last: readonly ProcessSample[];
}

/** `undefined` if there are too few samples. */
export function endsOf(samples: readonly ProcessSample[]): Ends | undefined {
  const beganAt = samples[0]?.atMs;
  const endedAt = samples.at(-1)?.atMs;
  if (beganAt === undefined || endedAt === undefined) return undefined;
  const warmAt = beganAt + Math.min(WARM_UP_MS, (endedAt - beganAt) / 4);
  const length = Math.min(END_MS, (endedAt - warmAt) / 3);
  const first = samples.filter(({ atMs }) => atMs >= warmAt && atMs <= warmAt + length);
  const last = samples.filter(({ atMs }) => atMs >= endedAt - length);
  return first.length === 0 ? undefined : { first, last };
}

/** A sentence for each figure that is higher at the end. */
export function findGrowth({ name, samples }: Pick<WatchedProcess, "name" | "samples">): string[] {
  const ends = endsOf(samples);
  if (ends === undefined) return [`${name}: too few samples`];
  const found: string[] = [];
  const [was, is] = residentMedians(ends);
  if (is > RESIDENT_GROWTH * was) found.push(`${name}: bytes of resident memory went from ${was} to ${is}`);
  for (const what of COUNTS) {
    const [was, is] = lowOf(ends, what);
    if (is > was + MORE[what]) found.push(`${name}: ${what} went from ${was} to ${is}`);
  }
  return found;
}

const COLUMNS = [
  "process",
  "RSS MiB",
  "at the end",
  "at most",
  "descriptors",
  "threads",
  "children",
  "work",
];

/** One row for each process: medians of its memory and first quartiles of the rest, at both ends. */
export function renderProcesses(processes: readonly WatchedProcess[]): string {
  const rows = processes.map(({ name, samples, tally }) => {
    if (samples.length === 0) return [name, ...COLUMNS.slice(2).map(() => ""), tally()];
    // A short soak on a busy machine may have too few samples for two ends.
    const ends = endsOf(samples) ?? { first: samples, last: samples };
    const most = Math.max(...samples.map(({ resident }) => resident));
    const counts = COUNTS.map((what) => lowOf(ends, what).join(" - "));
    return [name, ...[...residentMedians(ends), most].map(mebi), ...counts, tally()];
  });
  const widths = COLUMNS.map((title, i) => Math.max(title.length, ...rows.map((row) => row[i]!.length)));
  const line = (cells: readonly string[]) =>
    `| ${cells.map((cell, i) => cell.padEnd(widths[i]!)).join(" | ")} |`;
  return [line(COLUMNS), line(widths.map((width) => "-".repeat(width))), ...rows.map(line)].join("\n");
}

function residentMedians({ first, last }: Ends): [number, number] {
  const median = (samples: readonly ProcessSample[]) =>
    summarize(samples.map(({ resident }) => resident))!.median;
  return [median(first), median(last)];
}

function lowOf({ first, last }: Ends, what: typeof COUNTS[number]): [number, number] {
  const low = (samples: readonly ProcessSample[]) =>
    quantile(samples.map((sample) => sample[what]).sort((a, b) => a - b), LOW);
  return [low(first), low(last)];
}

function mebi(bytes: number): string {
  return (bytes / 1_048_576).toFixed(2);
}
