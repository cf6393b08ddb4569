// The lines of a dry run: what a command would do to each target. Ranks with the same verdict share a line.

import { count, visible } from "../../../words/mod.ts";
import type { DryRunSummary } from "../../../protocol/methods/mod.ts";
import { refusalLine, type Style } from "../../output/mod.ts";
import { formatRanks } from "../../../protocol/results/mod.ts";

/** Lines without line ends: every target's rank, then the verdict on the whole. */
export function dryRunLines(summary: DryRunSummary, style: Style): string[] {
  const byVerdict = new Map<string, number[]>();
  const missing: string[] = [];
  for (const target of summary.results) {
    const { rank, ticket, name = "" } = target;
    const verdict = target.would_run
      ? "would receive it"
      : `refused: ${visible(target.message ?? "no reason given")}`;
    if (rank === undefined) {
      missing.push(`  ${ticket === undefined ? `name ${visible(name)}` : `ticket ${ticket}`}: ${verdict}`);
      continue;
    }
    const ranks = byVerdict.get(verdict);
    if (ranks === undefined) byVerdict.set(verdict, [rank]);
    else ranks.push(rank);
  }
  for (const ranks of byVerdict.values()) ranks.sort((a, b) => a - b);
  const rows = [...byVerdict].sort(([, [a]], [, [b]]) => a! - b!).map(([verdict, ranks]) =>
    `  ${ranks.length === 1 ? "rank" : "ranks"} ${formatRanks(ranks)}: ${verdict}`
  );
  const executors = count(summary.executors, "executor");
  const whole = summary.accepted
    ? style.strong(`would be sent to ${executors}`)
    : refusalLine(summary.message ?? "one of its targets is refused", summary.reason, style);
  return [...rows, ...missing, whole, style.faint("Nothing was sent")];
}
