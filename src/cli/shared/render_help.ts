// Renders `--help` from the flags and the settings that they set, so that it is always up to date.

import type { FlagSpec, ListedSetting } from "../../config/reader/mod.ts";

export interface HelpPage {
  /** One sentence: what the program is. */
  readonly summary: string;
  /** Command lines, each with what it does. */
  readonly usage: readonly Row[];
  readonly flags: readonly FlagSpec[];
  /** The names of the flags that are shown first. */
  readonly common?: readonly string[];
  /** For the default and the environment variable of a flag. */
  readonly settings: readonly ListedSetting[];
  /** Complete command lines, each with what it does. */
  readonly examples: readonly Row[];
  readonly exitCodes: readonly (readonly [code: number, meaning: string])[];
  /** What to read, each with what is in it. */
  readonly documents?: readonly Row[];
}

const LINE_WIDTH = 100;
/** Columns for the left side of a row, beyond which the right side begins on a line of its own. */
const MAX_LEFT_WIDTH = 49;

const BRACKETS =
  "In brackets: the environment variable and the default. A flag overrides the variable, and the variable overrides " +
  "the configuration file.";

/** The result ends with a newline. */
export function renderHelp({ settings, ...page }: HelpPage): string {
  const common = (page.common ?? []).map((name) => page.flags.find((spec) => spec.name === name)!);
  const others = page.flags.filter((spec) => !common.includes(spec));
  const rowsOf = (specs: readonly FlagSpec[]) =>
    specs.map((spec): Row => [renderFlag(spec), `${spec.help}${renderDefault(spec, settings)}`]);
  const codes = page.exitCodes.map(([code, meaning]): Row => [String(code), meaning]);
  return [
    ...wrap(page.summary, LINE_WIDTH),
    ...section("Usage", page.usage),
    ...section("Most used flags", rowsOf(common)),
    ...section(common.length === 0 ? "Flags" : "Other flags", rowsOf(others)),
    ...(settings.length === 0 ? [] : ["", ...wrap(BRACKETS, LINE_WIDTH)]),
    ...section("Examples", page.examples),
    ...section("Exit codes", codes),
    ...section("Read more", page.documents ?? []),
    "",
  ].join("\n");
}

type Row = readonly [left: string, right: string];

function section(title: string, rows: readonly Row[]): string[] {
  return rows.length === 0 ? [] : ["", `${title}:`, ...renderRows(rows)];
}

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
  const leftWidth = Math.min(MAX_LEFT_WIDTH, Math.max(...rows.map(([left]) => left.length)));
  const indent = " ".repeat(leftWidth + 4);
  return rows.flatMap(([left, right]) => {
    const [first = "", ...more] = wrap(right, LINE_WIDTH - indent.length);
    const lines = left.length > leftWidth
      ? [`  ${left}`, ...(first === "" ? [] : [`${indent}${first}`])]
      : [`  ${left.padEnd(leftWidth)}  ${first}`.trimEnd()];
    return [...lines, ...more.map((line) => `${indent}${line}`)];
  });
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
