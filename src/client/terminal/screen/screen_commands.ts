// The commands that may be sent, with their arguments and what they do. Pure.

import { visible } from "../../../words/mod.ts";
import type { ArgumentInfo, CommandInfo } from "../../../protocol/methods/mod.ts";
import { padText, textWidth } from "./screen_width.ts";

/** Allowed values that are shown; of more, only the name of the argument is. */
const MAX_SHOWN_VALUES = 5;
/** Columns for a command and its arguments, where the descriptions begin. */
const MAX_USAGE_WIDTH = 40;

/** One line for each command; one line for all when the server describes none. @param names of those that may be sent */
export function commandLines(names: readonly string[], known: readonly CommandInfo[]): string[] {
  if (names.length === 0) return ["Not connected: the commands are not known"];
  const infos = new Map(known.map((info) => [info.name, info]));
  if (!names.some((name) => infos.has(name))) return [visible(names.join("  "))];
  const rows = names.map((name) => {
    const { args, description = "" } = infos.get(name) ?? {};
    const usage = [name, ...(args ?? []).map(argumentText)].join(" ");
    return { usage: visible(usage), description: visible(description) };
  });
  const width = Math.min(MAX_USAGE_WIDTH, Math.max(...rows.map(({ usage }) => textWidth(usage))));
  return rows.map(({ usage, description }) =>
    description === "" ? `  ${usage}` : `  ${padText(usage, width)}  ${description}`
  );
}

/** "nginx|postgres", "SERVICE", "[COUNT]", "FILES...". */
function argumentText({ name, optional, rest, one_of }: ArgumentInfo): string {
  const isShort = one_of !== undefined && one_of.length <= MAX_SHOWN_VALUES;
  const text = (isShort ? one_of.join("|") : name.toUpperCase()) + (rest === true ? "..." : "");
  return optional === true ? `[${text}]` : text;
}
