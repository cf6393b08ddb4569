// The lines of a dry run: what a command would do to each target. Ranks with the same verdict share a line.

import { visible } from "../../../log/mod.ts";
import type { DryRunSummary } from "../../../protocol/methods/mod.ts";
import { refusalLine, type Style } from "../../output/mod.ts";
import { formatRanks } from "./result_fold.ts";
import { count } from "../../../words/mod.ts";

/** Lines without line ends: every target's rank, then the verdict on the whole. */
export function dryRunLines(summary: DryRunSummary, style: Style): string[] {
  const byVerdict = new Map<string, number[]>();
  for (const target of [...summary.results].sort((a, b) => a.rank - b.rank)) {
    const verdict = target.would_run
      ? "would run"
      : `refused: ${visible(target.message ?? "no reason given")}`;
    const ranks = byVerdict.get(verdict);
    if (ranks === undefined) byVerdict.set(verdict, [target.rank]);
    else ranks.push(target.rank);
  }
  const rows = [...byVerdict].map(([verdict, ranks]) =>
    `  ${ranks.length === 1 ? "rank" : "ranks"} ${formatRanks(ranks)}: ${verdict}`
  );
  const executors = count(summary.executors, "executor");
  const whole = summary.accepted
    ? style.strong(`would be sent to ${executors}`)
    : refusalLine(summary.message ?? "one of its targets is refused", summary.reason, style);
  return [...rows, whole, style.faint("nothing was sent")];
}
