// The answer to a run as a table for people: equal answers in one row with the ranks that share them, what went wrong
// last and never hidden, then the counts. Pure; also for pipes and files, without colour.

import { count, visible } from "../../../words/mod.ts";
import { type RunSummary, type Status, STATUSES } from "../../../protocol/methods/mod.ts";
import { foldResults, formatRanks, isSuccess, type ResultGroup } from "../../../protocol/results/mod.ts";
import { type OutputLine, outputLines } from "./result_output.ts";
import { type Style, styleFor } from "../../output/mod.ts";
import { clipText, packParts, padText, textWidth, wrapText } from "./screen_width.ts";

export interface TableOptions {
  /** Columns that there are; below 44 the rows are laid out for 44. */
  readonly width: number;
  readonly colour: boolean;
}

/** The widest status, the narrowest ranks and the heads side by side. */
const MIN_COLUMNS = 44;
const INDENT = 2;
const GAP = 2;
/** Of an output below its row. */
const OUTPUT_INDENT = 4;
/** A longer exit code or signal is shown with the output. */
const MAX_STATUS = 18;
/** Room for the longest range of ranks, "99998-100000,". */
const MIN_RANKS_COLUMNS = 14;

/** One row before it is laid out. */
interface Row {
  readonly status: Status;
  readonly statusText: string;
  /** Rank and name of one executor, or the ranks of several. */
  readonly who: readonly string[];
  readonly output: readonly OutputLine[];
}

/** Rows of the table, without line ends; none is wider than `width`. */
export function renderResultTable(summary: RunSummary, { width, colour }: TableOptions): string[] {
  const columns = Math.max(MIN_COLUMNS, width);
  const style = styleFor(colour);
  const whoLimit = Math.max(MIN_RANKS_COLUMNS, Math.floor(columns / 3));
  const rows = foldResults(summary.results).map((group) => toRow(group, whoLimit));
  const widths = {
    status: widest(rows.map((row) => row.statusText), 6),
    who: widest(rows.flatMap((row) => row.who), 5),
  };
  const head = " ".repeat(INDENT) + padText("status", widths.status + GAP) +
    padText("ranks", widths.who + GAP) + "output";
  return [
    ...(rows.length > 0 ? [style.faint(head)] : []),
    ...rows.flatMap((row) => layOutRow(row, widths, columns, style)),
    ...countLines(summary, columns, style),
  ];
}

/** In columns, at least `min`. Not by Math.max: there may be more texts than a call takes arguments. */
function widest(texts: readonly string[], min: number): number {
  return texts.reduce((width, text) => Math.max(width, textWidth(text)), min);
}

function toRow(group: ResultGroup, whoLimit: number): Row {
  const { status, answer, executors } = group;
  const only = executors.length === 1 ? executors[0] : undefined;
  const who = only === undefined
    ? ranksInRows(executors.map((executor) => executor.rank), whoLimit)
    : [clipText(`${only.rank} ${visible(only.name)}`, whoLimit)];
  const word = status.replace("_", " ");
  const how = answer.signal !== undefined
    ? visible(answer.signal)
    : answer.code !== undefined && answer.code !== 0
    ? `exit ${answer.code}`
    : undefined;
  const output = outputLines(group);
  if (how === undefined) return { status, statusText: word, who, output };
  const full = `${word}, ${how}`;
  if (textWidth(full) <= MAX_STATUS) return { status, statusText: full, who, output };
  return { status, statusText: word, who, output: [{ text: how, tone: "note" }, ...output] };
}

function ranksInRows(ranks: readonly number[], width: number): string[] {
  const parts = formatRanks(ranks).split(",").map((part, index, all) =>
    index < all.length - 1 ? `${part},` : part
  );
  return packParts(parts, 0, width).map((row) => row.join(""));
}

function layOutRow(
  row: Row,
  widths: { readonly status: number; readonly who: number },
  columns: number,
  style: Style,
): string[] {
  const outputAt = INDENT + widths.status + GAP + widths.who + GAP;
  const only = row.output.length === 1 ? row.output[0] : undefined;
  const fitsBeside = only !== undefined && outputAt + textWidth(only.text) <= columns;
  const lines = row.who.map((who, index) => {
    const status = padText(index === 0 ? row.statusText : "", widths.status + GAP);
    const start = " ".repeat(INDENT) + statusTone(row.status, style)(status);
    if (index > 0 || !fitsBeside) return start + who;
    return start + padText(who, widths.who + GAP) + tone(only, style)(only.text);
  });
  if (fitsBeside) return lines;
  const indent = " ".repeat(OUTPUT_INDENT);
  for (const line of row.output) {
    for (const part of wrapText(line.text, columns - OUTPUT_INDENT)) {
      lines.push(indent + tone(line, style)(part));
    }
  }
  return lines;
}

/** "12 executors: 9 ok, 2 failed, 1 lost", in more than one row where it must be. */
function countLines(summary: RunSummary, columns: number, style: Style): string[] {
  const present = STATUSES.filter((status) => summary[status] > 0);
  const tones = new Map<string, (text: string) => string>();
  const parts = present.map((status, index) => {
    const part = `${summary[status]} ${status.replace("_", " ")}${index < present.length - 1 ? "," : ""}`;
    tones.set(part, statusTone(status, style));
    return part;
  });
  const total = `${count(summary.executors, "executor")}:`;
  tones.set(total, style.strong);
  return packParts([total, ...parts], 1, columns).map((row) =>
    row.map((part) => tones.get(part)!(part)).join(" ")
  );
}

function statusTone(status: Status, style: Style): (text: string) => string {
  if (isSuccess(status)) return style.good;
  return status === "cancelled" || status === "delivered" ? style.notable : style.bad;
}

function tone(line: OutputLine, style: Style): (text: string) => string {
  switch (line.tone) {
    case "output":
      return (text) => text;
    case "error":
      return style.notable;
    case "note":
      return style.faint;
  }
}
