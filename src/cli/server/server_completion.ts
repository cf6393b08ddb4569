// What a shell can complete of rankserver.

import { SERVER_HELP } from "./server_help.ts";
import {
  type CompletedCommand,
  completedFlags,
  type CompletedProgram,
  COMPLETION_COMMAND,
  shortHelp,
} from "../shared/completion/mod.ts";

export async function serverCompletion(): Promise<CompletedProgram> {
  const { PAGES } = await import("./journal/journal_pages.ts");
  const journalCommands = Object.entries(PAGES).map(([name, { summary, flags }]): CompletedCommand => ({
    name,
    help: shortHelp(summary),
    flags: completedFlags(flags),
    words: "file",
  }));
  return {
    name: "rankserver",
    flags: completedFlags(SERVER_HELP.flags, SERVER_HELP.settings),
    commands: [...journalCommands, COMPLETION_COMMAND],
    words: "any",
    requests: [],
  };
}
