// The commands that may be sent, with their arguments and what they do.

import { visible } from "../../words/mod.ts";
import type { ArgumentInfo, CommandInfo } from "../methods/mod.ts";

/** Allowed values that are shown; of more, only the name of the argument is. */
const MAX_SHOWN_VALUES = 5;
/** Columns for a command and its arguments, where the descriptions begin. */
const MAX_USAGE_WIDTH = 40;

/** One row of a list of commands. */
export interface CommandRow {
  readonly usage: string;
  /** May be empty. */
  readonly description: string;
}

/** How a command is written, and what it does. */
export function commandRow(
  { name, args = [], description = "" }: Pick<CommandInfo, "name" | "args" | "description">,
): CommandRow {
  return {
    usage: visible([name, ...args.map(argumentText)].join(" ")),
    description: visible(description),
  };
}

/** A line for each row, with the descriptions below each other. @param widthOf the columns that a text takes */
export function layOutCommands(
  rows: readonly CommandRow[],
  widthOf: (text: string) => number = (text) => text.length,
): string[] {
  const width = Math.min(
    MAX_USAGE_WIDTH,
    rows.reduce((widest, { usage }) => Math.max(widest, widthOf(usage)), 0),
  );
  return rows.map(({ usage, description }) => {
    if (description === "") return usage;
    return `${usage}${" ".repeat(Math.max(0, width - widthOf(usage)))}  ${description}`;
  });
}

/** The answer to `/commands`. */
export function commandLines(commands: readonly CommandInfo[]): string {
  return layOutCommands(commands.map(commandRow)).map((line) => `${line}\n`).join("");
}

/** "nginx|postgres", "SERVICE", "[COUNT]", "FILES...". */
function argumentText({ name, optional, rest, one_of }: ArgumentInfo): string {
  const isShort = one_of !== undefined && one_of.length <= MAX_SHOWN_VALUES;
  const text = (isShort ? one_of.join("|") : name.toUpperCase()) + (rest === true ? "..." : "");
  return optional === true ? `[${text}]` : text;
}
