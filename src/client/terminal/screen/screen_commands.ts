// The commands that may be sent, with their arguments and what they do. Pure.

import { visible } from "../../../words/mod.ts";
import type { CommandInfo } from "../../../protocol/methods/mod.ts";
import { commandRow, layOutCommands } from "../../../protocol/text/mod.ts";
import { textWidth } from "./screen_width.ts";

/** One line for each command; one line for all when the server describes none. @param names of those that may be sent */
export function commandLines(names: readonly string[], known: readonly CommandInfo[]): string[] {
  if (names.length === 0) return ["Not connected: the commands are unknown"];
  const infos = new Map(known.map((info) => [info.name, info]));
  if (!names.some((name) => infos.has(name))) return [visible(names.join("  "))];
  const rows = names.map((name) => commandRow(infos.get(name) ?? { name }));
  return layOutCommands(rows, textWidth).map((line) => `  ${line}`);
}
