// What a shell can complete of rankclient. The commands that a running server allows are those that the client on its
// control socket may send.

import { encodeRequest, parseLine } from "../../protocol/json_rpc/mod.ts";
import { METHODS, readShape } from "../../protocol/methods/mod.ts";
import { askControl } from "../../control/mod.ts";
import { isCommandName } from "../../rules/mod.ts";
import { visible } from "../../words/mod.ts";
import {
  type CompletedCommand,
  completedFlags,
  type CompletedProgram,
  COMPLETION_COMMAND,
} from "../shared/completion/mod.ts";
import { CLIENT_EXIT, printAnswer, revoke } from "../shared/mod.ts";
import { CLIENT_HELP } from "./client_help.ts";

/** A person waits for the answer. */
const WAIT_MS = 2_000;
const MAX_ANSWER_LENGTH = 16 * 1_024 * 1_024;

const REQUESTS: readonly CompletedCommand[] = [
  { name: "run", help: "Send a command", flags: [], words: "server commands" },
  { name: "roster", help: "List the clients by rank", flags: [], words: [] },
  { name: "yield", help: "Move to the last rank", flags: [], words: [] },
  { name: "status", help: "Show the state of the running client", flags: [], words: [] },
];

export const CLIENT_COMPLETION: CompletedProgram = {
  name: "rankclient",
  flags: completedFlags(CLIENT_HELP.flags, CLIENT_HELP.settings),
  commands: [COMPLETION_COMMAND],
  words: "host",
  requests: REQUESTS,
};

/**
 * `rankclient completion commands PATH`, for the scripts: prints a line for each command that the running client may send,
 * its name and, after a tab, its description. Without a running client it prints nothing.
 */
export async function printServerCommands(path: string): Promise<number> {
  revoke("run", "env", "ffi", "sys", "import");
  const lines = await commandLines(path).catch(() => undefined);
  if (lines === undefined) return CLIENT_EXIT.lost;
  return lines.length === 0 ? CLIENT_EXIT.ok : printAnswer(lines.join("\n"), CLIENT_EXIT);
}

async function commandLines(path: string): Promise<string[] | undefined> {
  const request = encodeRequest(1, "commands", {});
  const line = await askControl(path, request, { withinMs: WAIT_MS, maxLength: MAX_ANSWER_LENGTH });
  const answer = line === undefined ? undefined : parseLine(line, 1);
  if (answer?.kind !== "result") return undefined;
  const read = readShape(METHODS.commands.result, answer.result);
  if (!read.ok) return undefined;
  // Shells treat other names as code.
  return read.value.commands.filter(({ name }) => isCommandName(name)).map(({ name, description = "" }) =>
    description === "" ? name : `${name}\t${visible(description)}`
  );
}
