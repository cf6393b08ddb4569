// As much of a command as is logged and recorded.

import type { LoggedCommand } from "../../log/mod.ts";
import type { Refusal } from "../../protocol/json_rpc/mod.ts";
import { byteLength } from "../../words/mod.ts";
import type { AllowList } from "./allow_list.ts";
import { truncateToBytes } from "./truncate.ts";

/** Of the arguments of one command together; one that is cut ends in "…". */
const MAX_ARGS_BYTES = 1_024;
export const MAX_COMMAND_BYTES = 64;

/** As many arguments as may be shown. */
export function loggedArguments(args: readonly string[]): Pick<LoggedCommand, "args" | "args_omitted"> {
  // Most are far too short to be measured: a UTF-16 code unit takes three bytes at most.
  const units = args.reduce((sum, arg) => sum + arg.length + 1, 0);
  if (units * 3 <= MAX_ARGS_BYTES) return { args };
  const shown: string[] = [];
  let room = MAX_ARGS_BYTES;
  for (const arg of args) {
    if (room <= 0) return { args: shown, args_omitted: args.length - shown.length };
    const part = cut(arg, room);
    shown.push(part);
    // An empty argument takes room, too.
    room -= byteLength(part) + 1;
  }
  return { args: shown };
}

/** A text that is cut ends in "…". */
export function cut(text: string, maxBytes: number): string {
  const { text: start, isCut } = truncateToBytes(text, maxBytes);
  return isCut ? `${start}…` : text;
}

/** The name of a refused command where arguments are not shown. What is no command may be a whole line, typed in quotes. */
export function hiddenName(allowed: Pick<AllowList, "get">, command: string): string {
  return allowed.get(command) === undefined ? "(hidden)" : command;
}

/** The message without what was sent, where there is more to say than the reason. */
export function brokenRule({ data }: Refusal): { readonly message?: string } {
  if (data?.rule === undefined) return {};
  const what = data.position === undefined ? "the command" : `argument ${data.position}`;
  return { message: `${what} breaks the rule "${data.rule}"` };
}
