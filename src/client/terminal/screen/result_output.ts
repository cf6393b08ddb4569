// An executor's output as rows for a person: nothing is left out, and nothing can control the terminal.

import { visible } from "../../../words/mod.ts";
import type { ResultGroup } from "../../../protocol/results/mod.ts";
import { textWidth } from "./screen_width.ts";

/** One line of a group's output; `tone` says where it comes from. */
export interface OutputLine {
  readonly text: string;
  readonly tone: "output" | "error" | "note";
}

/** Before the first line of standard error, to distinguish it without colour too. */
const ERROR_LABEL = "stderr: ";
const TAB_COLUMNS = 8;

/** In order: why there is no exit code, standard output, standard error, and whether something was cut. */
export function outputLines({ status, answer }: ResultGroup): OutputLine[] {
  const lines: OutputLine[] = [];
  if (answer.reason !== undefined) lines.push({ text: visible(answer.reason), tone: "note" });
  for (const text of splitLines(answer.stdout)) lines.push({ text, tone: "output" });
  splitLines(answer.stderr).forEach((text, index) => {
    const label = index === 0 ? ERROR_LABEL : " ".repeat(ERROR_LABEL.length);
    lines.push({ text: label + text, tone: "error" });
  });
  if (answer.cut === true) lines.push({ text: "(output truncated)", tone: "note" });
  if (lines.length > 0) return lines;
  return [{
    text: status === "delivered" ? "(sent there, not executed)" : "(no output)",
    tone: "note",
  }];
}

function splitLines(text: string | undefined): string[] {
  if (text === undefined || text === "") return [];
  return text.replace(/\r?\n$/, "").split(/\r?\n/).map((line) => visibleWithTabs(line));
}

/** Tabs move no further than within their line, and tables are made with them: they become spaces. */
function visibleWithTabs(line: string): string {
  const [first = "", ...rest] = line.split("\t");
  let shown = visible(first);
  for (const part of rest) {
    shown += " ".repeat(TAB_COLUMNS - textWidth(shown) % TAB_COLUMNS) + visible(part);
  }
  return shown;
}
