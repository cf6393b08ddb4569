// The report as a piece of a document: what it was measured on, and a table for each group of rows, with the spread of
// five repetitions beside each median. `--markdown FILE` puts it between two marks in FILE, so that the figures in
// docs/performance.md are never copied by hand.

import { type Peer, PEERS } from "../servers/peers.ts";
import { byGroup, figure, type FilledRow, targetText } from "./table.ts";

const BEGIN = "<!-- measured: begin -->";
const END = "<!-- measured: end -->";

/** @param facts sentences about the machine and the way of measuring. */
export function renderMarkdown(
  rows: readonly FilledRow[],
  peers: readonly Peer[],
  facts: readonly string[],
): string {
  const judged = rows.filter((row) => row.isMet !== undefined);
  const met = judged.filter((row) => row.isMet).length;
  return [
    facts.join(" "),
    `**${met} of ${judged.length} targets are met.**`,
    ...[...byGroup(rows)].map(([title, rows]) => `### ${title}\n\n${table(rows, peers)}`),
  ].join("\n\n");
}

/** `document` with `measured` between its marks. @throws when it has no marks. */
export function insertMeasured(document: string, measured: string): string {
  const begin = document.indexOf(BEGIN);
  const end = document.indexOf(END);
  if (begin < 0 || end < begin) {
    throw new Error(`Cannot insert the figures: the file has no "${BEGIN}" followed by "${END}"`);
  }
  return `${document.slice(0, begin + BEGIN.length)}\n\n${measured.trim()}\n\n${document.slice(end)}`;
}

function table(rows: readonly FilledRow[], peers: readonly Peer[]): string {
  const others = PEERS.filter((peer) =>
    peer !== "rankserver" && peers.includes(peer) && rows.some((row) => row.values[peer] !== undefined)
  );
  const hasTargets = rows.some((row) => row.target !== undefined);
  const head = [
    "",
    "rankserver",
    ...others.flatMap((peer) => isRival(peer) ? [peer, `ratio to ${peer}`] : ["raw Deno"]),
    ...(hasTargets ? ["target", ""] : []),
  ];
  const body = rows.map((row) => [
    row.title,
    withSpread(row),
    ...others.flatMap((peer) => isRival(peer) ? [median(row, peer), ratio(row, peer)] : [median(row, peer)]),
    ...(hasTargets ? [row.target ? targetText(row.target, row.unit) : "", verdict(row)] : []),
  ]);
  const rule = head.map((_, column) => column === 0 ? "---" : "---:");
  return [head, rule, ...body].map((cells) => `| ${cells.join(" | ")} |`).join("\n");
}

/** Whether targets are held against it; the raw broadcaster only shows what the runtime could do. */
function isRival(peer: Peer): boolean {
  return peer !== "raw";
}

function median({ values, unit }: FilledRow, peer: Peer): string {
  const summary = values[peer];
  return summary === undefined ? "" : figure(summary.median, unit);
}

function withSpread(row: FilledRow): string {
  const summary = row.values.rankserver;
  if (summary === undefined || summary.min === summary.max) return median(row, "rankserver");
  const [least, greatest] = [summary.min, summary.max].map((value) => figure(value, row.unit));
  return `${median(row, "rankserver")} (${least} - ${greatest})`;
}

function ratio({ ratios }: FilledRow, peer: Peer): string {
  const summary = ratios[peer];
  if (summary === undefined) return "";
  const [median, min, max] = [summary.median, summary.min, summary.max].map((value) => value.toFixed(2));
  return min === max ? median! : `${median} (${min} - ${max})`;
}

function verdict({ isMet }: FilledRow): string {
  return isMet === undefined ? "" : isMet ? "met" : "**missed**";
}
