// What `rankserver --help` and rankserver(1) say.

import { SERVER_ENV_PREFIX, SERVER_FLAGS, SERVER_SECTIONS } from "../../config/keys/mod.ts";
import { listSettings } from "../../config/reader/mod.ts";
import { type HelpPage, SERVER_EXIT_MEANINGS } from "../shared/mod.ts";

export const SERVER_HELP: HelpPage = {
  summary:
    "rankserver ranks its clients by arrival (0 is the highest rank), and passes a client's commands only to the " +
    "clients below it. When a client leaves, all clients below it move up.",
  usage: [
    ["rankserver [--config FILE] [FLAGS]", "start a server"],
    ["rankserver --check [--config FILE] [FLAGS]", "check the configuration and exit"],
    ["rankserver --status --control PATH", "show the state of a running server"],
    ["rankserver --evict CLIENT --control PATH", "take a client's seat away"],
    ["rankserver --raise CLIENT --control PATH", "give a client rank 0"],
    ["rankserver --new-token NAME --tokens-file FILE", "create a token for a client"],
    ["rankserver init USE [DIRECTORY]", "write a configuration with tokens; USE is standby, fleet or floor"],
    ["rankserver history FILE [--since 1h]", "print what happened; FILE is the journal (journal.file)"],
    ["rankserver verify FILE", "check the guarantees on a journal"],
    ["rankserver export FILE [--at TIME]", "print the seats as they were"],
    ["rankserver backup FILE TO", "copy a journal to a new file"],
    [
      "rankserver completion SHELL",
      "print a script that completes command lines in bash, zsh, fish or powershell",
    ],
    ["rankserver COMMAND --help", "explain a command, such as init"],
  ],
  flags: SERVER_FLAGS,
  common: ["config", "host", "port", "max-clients", "commands"],
  settings: listSettings(SERVER_SECTIONS, SERVER_ENV_PREFIX),
  examples: [
    ["rankserver init standby line", "write a configuration to the directory line"],
    ["rankserver", "20 seats for this machine; connect with: nc 127.0.0.1 6001"],
    ["rankserver --host 0.0.0.0 --commands ping,uptime", "accept clients from other machines"],
    ["rankserver --config config.toml --check", "find errors before a start or a reload"],
    ["rankserver --status --control /run/rank.sock", "needs a server started with the same --control"],
  ],
  exitCodes: SERVER_EXIT_MEANINGS,
  documents: [
    ["README.md", "an overview with examples"],
    ["docs/getting-started.md", "set up a standby line, a fleet or a floor with rankserver init"],
    ["config.example.toml", "every key of the configuration, with its default"],
    ["docs/security.md, docs/tokens.md", "what to set up before you accept clients from other machines"],
    ["docs/operations.md", "how to run a server as a service, back it up and monitor it"],
    ["docs/cluster.md", "several servers with one ranking"],
    ["docs/protocol.md", "how to write a client"],
  ],
};
