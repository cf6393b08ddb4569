// What `rankclient --help` and rankclient(1) say.

import { CLIENT_ENV_PREFIX, CLIENT_FLAGS, CLIENT_SECTIONS } from "../../config/keys/mod.ts";
import { listSettings } from "../../config/reader/mod.ts";
import { CLIENT_EXIT_MEANINGS, type HelpPage } from "../shared/mod.ts";

export const CLIENT_HELP: HelpPage = {
  summary:
    "rankclient takes a seat on a rankserver, sends commands to the clients below it, and executes the commands " +
    "of the clients above it.",
  usage: [
    ["rankclient HOST[:PORT] [FLAGS]", "join a server, with a prompt or with commands from standard input"],
    ["rankclient HOST[:PORT],HOST[:PORT]... [FLAGS]", "the same, with several addresses of the server"],
    ["rankclient HOST[:PORT] [FLAGS] --lead -- PROGRAM", "run PROGRAM only while this client has rank 0"],
    ["rankclient --via PATH run [@RANKS] COMMAND", "send a command through a running rankclient"],
    ["rankclient --via PATH roster|yield|status", "ask a running rankclient"],
    [
      "rankclient completion SHELL",
      "print a script that completes command lines in bash, zsh, fish or powershell",
    ],
  ],
  flags: CLIENT_FLAGS,
  common: ["name", "config", "token-file", "tls", "control"],
  settings: listSettings(CLIENT_SECTIONS, CLIENT_ENV_PREFIX),
  examples: [
    ["rankclient 127.0.0.1", "open a prompt; /help lists what you can type"],
    ["echo uptime | rankclient 127.0.0.1", "send one command to all clients below, and exit"],
    ["rankclient 10.0.0.5 --config client.toml --stay", "execute commands until stopped"],
    ["rankclient 10.0.0.5 --lead -- ./service", "a hot standby: one client runs the service"],
    [
      "rankclient --via rank.sock run @2,3 restart nginx",
      "needs a client started with --control rank.sock",
    ],
  ],
  exitCodes: CLIENT_EXIT_MEANINGS,
  documents: [
    ["README.md", "an overview with examples"],
    ["client.example.toml", "every key of the configuration, with its default"],
    ["docs/succession.md", "what --lead guarantees, and its times"],
  ],
};
