// The form in which a text session reads commands.

import type { ExecuteParams } from "../../protocol/methods/mod.ts";
import { executeLine } from "../../protocol/text/mod.ts";

/** `execute` messages, one a line, as text. They are parsed, because text sessions are rare. */
export function executeText(json: string): string {
  const commands = json.trimEnd().split("\n").map((line) => JSON.parse(line).params as ExecuteParams);
  return commands.map(({ command, args, from }) => executeLine(command, args, from)).join("");
}
