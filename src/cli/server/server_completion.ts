// What a shell can complete of rankserver.

import { INIT_COMMAND } from "./init/mod.ts";
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
  const { INIT_PAGE } = await import("./init/init_page.ts");
  const { USE_NAMES } = await import("./init/use.ts");
  const initCommand: CompletedCommand = {
    name: INIT_COMMAND,
    help: shortHelp(INIT_PAGE.summary),
    flags: completedFlags(INIT_PAGE.flags),
    words: USE_NAMES,
  };
  return {
    name: "rankserver",
    flags: completedFlags(SERVER_HELP.flags, SERVER_HELP.settings),
    commands: [initCommand, ...journalCommands, COMPLETION_COMMAND],
    words: "any",
    requests: [],
  };
}
