// The measurements as a table: for each row rankserver's median and spread, and for each peer its median and the ratio
// of rankserver to it.

import type { Measurements } from "../measuring/measurements.ts";
import type { RowGroup, Target } from "../rows/mod.ts";
import { type Peer, PEERS } from "../servers/peers.ts";
import { ratios, summarize, type Summary } from "./statistics.ts";

/** A row with its numbers, as `--json` prints it. */
export interface FilledRow {
  /** The title of its table. */
  readonly group: string;
  readonly key: string;
  readonly title: string;
  readonly unit: string;
  readonly target: Target | undefined;
  /** `undefined` where nothing has to hold, or could not be judged for want of a peer. */
  readonly isMet: boolean | undefined;
  readonly values: Partial<Record<Peer, Summary>>;
  /** Of rankserver to each peer. */
  readonly ratios: Partial<Record<Peer, Summary>>;
}

export function fillRows(groups: readonly RowGroup[], measurements: Measurements): FilledRow[] {
  const rows = groups.flatMap(({ title, rows }) => rows.map((row) => ({ group: title, row })));
  return rows.map(({ group, row }) => {
    const own = measurements.values(row, "rankserver");
    const values: Partial<Record<Peer, Summary>> = {};
    const toPeer: Partial<Record<Peer, Summary>> = {};
    for (const peer of PEERS) {
      const theirs = measurements.values(row, peer);
      const summary = summarize(theirs);
      if (summary !== undefined) values[peer] = summary;
      const ratio = peer === "rankserver" ? undefined : summarize(ratios(own, theirs));
      if (ratio !== undefined) toPeer[peer] = ratio;
    }
    const { key, title, unit, target } = row;
    return { group, key, title, unit, target, isMet: isMet(target, values, toPeer), values, ratios: toPeer };
  });
}

function isMet(
  target: Target | undefined,
  values: FilledRow["values"],
  toPeer: FilledRow["ratios"],
): boolean | undefined {
  if (target === undefined) return undefined;
  const measured = (target.of === "value" ? values.rankserver : toPeer[target.of])?.median;
  if (measured === undefined) return undefined;
  return measured >= (target.atLeast ?? -Infinity) && measured <= (target.atMost ?? Infinity);
}

/** The rows of each group, in the order of the groups. */
export function byGroup(rows: readonly FilledRow[]): Map<string, FilledRow[]> {
  return Map.groupBy(rows, ({ group }) => group);
}

/** A table for each group as Markdown, which is as legible in a terminal. */
export function renderTables(rows: readonly FilledRow[], peers: readonly Peer[]): string {
  return [...byGroup(rows)].map(([title, rows]) => `${title}\n\n${renderTable(rows, peers)}`).join("\n");
}

function renderTable(rows: readonly FilledRow[], peers: readonly Peer[]): string {
  const others = peers.filter((peer) => peer !== "rankserver" && rows.some(({ values }) => values[peer]));
  const head = [
    "",
    "rankserver",
    "min - max",
    ...others.flatMap((peer) => [peer, `to ${peer}`]),
    "target",
    "",
  ];
  const body = rows.map((row) => {
    const own = row.values.rankserver;
    return [
      `${row.title} (${row.key})`,
      own ? figure(own.median, row.unit) : "",
      own ? `${figure(own.min, row.unit)} - ${figure(own.max, row.unit)}` : "",
      ...others.flatMap((peer) => {
        const theirs = row.values[peer];
        const ratio = row.ratios[peer];
        return [theirs ? figure(theirs.median, row.unit) : "", ratio ? ratio.median.toFixed(2) : ""];
      }),
      row.target ? targetText(row.target, row.unit) : "",
      row.isMet === undefined ? "" : row.isMet ? "met" : "MISSED",
    ];
  });
  const table = [head, head.map(() => ""), ...body];
  const widths = head.map((_, column) => Math.max(3, ...table.map((cells) => cells[column]!.length)));
  return table.map((cells, i) => `| ${cells.map((cell, c) => pad(cell, i, c, widths[c]!)).join(" | ")} |\n`)
    .join("");
}

function pad(cell: string, row: number, column: number, width: number): string {
  if (row === 1) return column === 0 ? "-".repeat(width) : `${"-".repeat(width - 1)}:`;
  return column === 0 ? cell.padEnd(width) : cell.padStart(width);
}

/** The bound, as it stands in a table. */
export function targetText({ of, atLeast, atMost }: Target, unit: string): string {
  const [sign, limit] = atLeast === undefined ? ["<=", atMost!] : [">=", atLeast];
  if (of !== "value") return `${sign} ${limit} ${of}`;
  return `${sign} ${unit === "ratio" ? limit : figure(limit, unit)}`;
}

/** Three digits that matter, with the unit. */
export function figure(value: number, unit: string): string {
  if (unit === "" || unit === "ratio") return unit === "" ? `${value}` : value.toFixed(3);
  if (unit === "/s") return `${scaled(value, [[1e6, "M"], [1e3, "k"]])}/s`;
  if (unit === "bytes") return `${scaled(value, [[1e3, "k"]])}B`;
  if (unit === "us") return value >= 1e3 ? `${digits(value / 1e3)} ms` : `${digits(value)} us`;
  return `${digits(value)} ${unit}`;
}

function scaled(value: number, scales: [number, string][]): string {
  const [by, letter] = scales.find(([by]) => Math.abs(value) >= by) ?? [1, ""];
  return `${digits(value / by)} ${letter}`;
}

function digits(value: number): string {
  const size = Math.abs(value);
  return value.toFixed(size >= 100 ? 0 : size >= 10 ? 1 : size >= 1 ? 2 : 3);
}
