// The fleet: a commander sends commands, and the workers below it execute them (docs/rankclient.md).

import { fileTables, TOKENS_TABLE, topKeys } from "./server_toml.ts";
import type { InitClient, Use } from "./use.ts";

/** The rule for the argument of the example's command, for the server and again for the worker. */
const PATH_RULE = String.raw`{ name = "path", pattern = "/[A-Za-z0-9/._-]*", max_bytes = 256 }`;

const COMMANDER: InitClient = {
  name: "commander",
  tokenPurpose: "The commander: it may send every command and see all clients, and executes nothing.",
  rights: { execute: false, watch: true, evict: false },
  more: "",
};

export const FLEET: Use = {
  clients: [COMMANDER, ...["worker-1", "worker-2"].map(worker)],
  serverToml: (surroundings) =>
    `# A fleet: a commander sends commands, and the workers below it execute them.
# docs/rankclient.md explains it; config.example.toml has every key.

${topKeys(surroundings, 20, "The number of seats: one for the commander, and one for each worker.")}
[session]
# How long the server reserves the seat of a client whose connection broke.
resume_grace_ms = 600_000

[auth]
# ${TOKENS_TABLE}
tokens_file = "tokens.toml"

# The allow-list: the server refuses every other command. A reload (SIGHUP) applies changes of it.
[commands.disk]
# What the command does, for the people who may send it.
description = "Show the free space of the disk that contains a path"
# The rules for its arguments; a pattern must match the whole argument.
args = [${PATH_RULE}]

# A command with consequences: only rank 0 may send it, and to at most five workers at a time.
#[commands.restart]
#description = "Restart a service"
#max_rank = 0
#max_executors = 5
#timeout_ms = 60_000
#args = [{ name = "service", one_of = ["nginx", "postgres"] }]
${fileTables(surroundings)}`,
  nextSteps: (path) => {
    const config = (name: string) => `--config ${path(`clients/${name}/client.toml`)}`;
    const control = path("commander.sock");
    const start = (name: string) => ({
      comment: `On the machine of ${name}`,
      command: `rankclient ${config(name)} --stay`,
    });
    return [
      {
        comment: "The commander, before the workers: the first client gets rank 0",
        command: `rankclient ${config("commander")} --stay --control ${control}`,
      },
      start("worker-1"),
      start("worker-2"),
      {
        comment: "On the commander's machine: send a command to all workers",
        command: `rankclient --via ${control} run disk /`,
      },
      {
        comment: "On the server's machine, after a restart of the commander: give it rank 0 again",
        command: `rankserver --config ${path("server.toml")} --raise name:commander`,
      },
    ];
  },
};

function worker(name: string): InitClient {
  return {
    name,
    tokenPurpose: "A worker: it executes the commands of the clients above it, and may send none.",
    rights: { issue: [], execute: true, watch: false, evict: false },
    more: `
# The programs that this machine starts, without a shell; it refuses every other command.
[run.disk]
# The program and its arguments; {path} is the argument of the command.
argv = ["df", "-h", "{path}"]
# The rules for its arguments on this machine, in addition to those of the server.
args = [${PATH_RULE}]

#[run.restart]
#argv = ["systemctl", "restart", "{service}"]
#args = [{ name = "service", one_of = ["nginx", "postgres"] }]
#timeout_ms = 60_000
`,
  };
}
