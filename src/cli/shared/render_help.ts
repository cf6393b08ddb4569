// Renders `--help` from the flags and the settings that they set, so that it is always up to date.

import type { FlagSpec, ListedSetting } from "../../config/reader/mod.ts";

export interface HelpPage {
  /** The text after "Usage:". */
  readonly usage: string;
  /** One or two sentences about the purpose of the program. */
  readonly summary: string;
  readonly flags: readonly FlagSpec[];
  /** For the default and the environment variable of a flag. */
  readonly settings: readonly ListedSetting[];
  /** A complete command line. */
  readonly example: string;
  readonly exitCodes: readonly (readonly [code: number, meaning: string])[];
}

const LINE_WIDTH = 100;

/** The result ends with a newline. */
export function renderHelp({ usage, summary, flags, settings, example, exitCodes }: HelpPage): string {
  const flagRows = flags.map((
    spec,
  ): Row => [renderFlag(spec), `${spec.help}${renderDefault(spec, settings)}`]);
  const codeRows = exitCodes.map(([code, meaning]): Row => [String(code), meaning]);
  return [
    `Usage: ${usage}`,
    "",
    ...wrap(summary, LINE_WIDTH),
    "",
    "Flags:",
    ...renderRows(flagRows),
    "",
    "Example:",
    `  ${example}`,
    "",
    "Exit codes:",
    ...renderRows(codeRows),
    "",
  ].join("\n");
}

type Row = readonly [left: string, right: string];

function renderFlag({ name, alias, value }: FlagSpec): string {
  const short = alias === undefined ? "" : `-${alias}, `;
  return `${short}--${name}${value === undefined ? "" : ` ${value}`}`;
}

function renderDefault({ sets }: FlagSpec, settings: readonly ListedSetting[]): string {
  const listed = settings.find(({ key }) => key === sets);
  if (!listed) return "";
  const { default: initial } = listed.setting;
  return initial === undefined || initial === ""
    ? ` [${listed.variable}]`
    : ` [${listed.variable}; default ${initial}]`;
}

function renderRows(rows: readonly Row[]): string[] {
  const leftWidth = Math.max(...rows.map(([left]) => left.length));
  const indent = " ".repeat(leftWidth + 4);
  return rows.flatMap(([left, right]) =>
    wrap(right, LINE_WIDTH - indent.length).map((line, index) =>
      index === 0 ? `  ${left.padEnd(leftWidth)}  ${line}` : `${indent}${line}`
    )
  );
}

/** Breaks lines between words, never within one. */
function wrap(text: string, width: number): string[] {
  const lines: string[] = [];
  for (const word of text.split(" ")) {
    const last = lines.at(-1);
    if (last !== undefined && last.length + 1 + word.length <= width) {
      lines[lines.length - 1] = `${last} ${word}`;
    } else lines.push(word);
  }
  return lines;
}
