// The standby line: the client with rank 0 runs a program, the others wait to take over (docs/succession.md).

import { fileTables, TOKENS_TABLE, topKeys } from "./server_toml.ts";
import type { InitClient, Use } from "./use.ts";

export const STANDBY: Use = {
  clients: ["node-1", "node-2"].map(candidate),
  serverToml: (surroundings) =>
    `# A standby line: the client with rank 0 leads and runs a program, the others wait to take over.
# docs/succession.md explains it; config.example.toml has every key.

${topKeys(surroundings, 5, "The number of seats: at least one for each machine in the line.")}
# The commands that clients may send to each other: none, because this line only decides which client leads.
commands = []

[session]
# The longest lease that a client gets. After the first start, no client leads for this long.
lease_max_ms = 10_000

[auth]
# ${TOKENS_TABLE}
tokens_file = "tokens.toml"
${fileTables(surroundings)}`,
  nextSteps: (path) => [
    { comment: "On the first machine, with your program in place of sleep", command: lead(path, "node-1") },
    {
      comment: "On the second machine; it takes over when the first one fails",
      command: lead(path, "node-2"),
    },
    {
      comment: "Show which client leads; after the first start, none does for 10 seconds",
      command: `rankserver --config ${path("server.toml")} --status`,
    },
    {
      comment: "Hand over to another client",
      command: `rankserver --config ${path("server.toml")} --raise name:node-2`,
    },
  ],
};

function candidate(name: string): InitClient {
  return {
    name,
    tokenPurpose:
      "A machine in the line: it leads when it has rank 0, and may neither send nor execute commands.",
    rights: { issue: [], execute: false, watch: false, evict: false },
    more: `
[lead]
# The longest time without a leader after the leader's machine has failed.
lease_ms = 5000
# How long the program may take to end after SIGTERM, before it is killed.
kill_after_ms = 1000
`,
  };
}

function lead(path: (name: string) => string, name: string): string {
  return `rankclient --config ${path(`clients/${name}/client.toml`)} --lead -- sleep 1000000`;
}
