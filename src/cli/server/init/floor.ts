// The shared floor: a class or a workshop, in which the person with rank 0 has the floor (docs/web.md).

import { isIpAddress } from "./tls_names.ts";
import { fileTables, TOKENS_TABLE, topKeys } from "./server_toml.ts";
import { type InitClient, reachableHost, type Surroundings, type Use } from "./use.ts";

const SEATS = 10;
const WAITING = 50;
const PAGE_PORT = 8080;

const TEACHER: InitClient = {
  name: "teacher",
  tokenPurpose: "The teacher: sees everyone, sends and receives every command, and may take seats away.",
  rights: { execute: true, watch: true, evict: true },
  more: "",
};

/** One token for all: a class shares it. */
const GUEST: InitClient = {
  name: "guest",
  tokenPurpose: "Everyone else: all guests share this token. The page requires the right to watch.",
  rights: { issue: ["say"], execute: true, watch: true, evict: false },
  more: "",
};

export const FLOOR: Use = {
  clients: [TEACHER, GUEST],
  serverToml: (surroundings) =>
    `# A shared floor, for a class or a workshop: the person with rank 0 has the floor, the others are in line.
# docs/web.md explains the page; config.example.toml has every key.

${topKeys(surroundings, SEATS, "The number of seats, which is the length of the line.")}
[session]
# Someone who finds all seats taken waits for one.
overflow = "wait"
# The places in this waiting room.
waiting_clients = ${WAITING}
# How long the seat of someone whose connection broke stays reserved.
resume_grace_ms = 30_000

[auth]
# ${TOKENS_TABLE}
tokens_file = "tokens.toml"
# The guests share one token, so it may have a connection for every seat and every place in the waiting room.
connections_per_token = ${SEATS + WAITING}

# The commands that people may send to those below them in the line.
[commands.say]
# What the command does; the page shows it.
description = "Show a text to everyone below"
# Only the person who has the floor may send it.
max_rank = 0
# Any text of up to 200 bytes.
args = [{ name = "text", pattern = ".*", max_bytes = 200 }]

[web]
# The address of the page for browsers.
host = "${surroundings.host}"
# The port of the page.
port = ${PAGE_PORT}
# Browsers may take seats.
seats = true
# The pages that may be open at the same time.
clients = ${SEATS + WAITING}
${hostNames(surroundings)}${fileTables(surroundings)}`,
  nextSteps: (path, surroundings) => {
    const { tlsNames } = surroundings;
    const host = reachableHost(surroundings);
    const shown = host.includes(":") ? `[${host}]` : host;
    const page = `${tlsNames === undefined ? "http" : "https"}://${shown}:${PAGE_PORT}/`;
    return [
      {
        comment: `In a browser, open ${page} and log in with this token; all guests share it`,
        command: `cat ${path("clients/guest/token")}`,
      },
      {
        comment: "Or take a seat in a terminal; /yield passes the floor on, /help lists what you can type",
        command: `rankclient --config ${path("clients/guest/client.toml")} --name alice`,
      },
      {
        comment: "The teacher takes a seat",
        command: `rankclient --config ${path("clients/teacher/client.toml")}`,
      },
      {
        comment: "Show the line",
        command: `rankserver --config ${path("server.toml")} --status`,
      },
      {
        comment: "Give the floor to the teacher",
        command: `rankserver --config ${path("server.toml")} --raise name:teacher`,
      },
    ];
  },
};

/** An address needs no entry, and neither does localhost. */
function hostNames({ tlsNames = [] }: Surroundings): string {
  const names = tlsNames.filter((name) => !isIpAddress(name) && name !== "localhost");
  if (names.length === 0) return "";
  const list = names.map((name) => `"${name}"`).join(", ");
  return `# The names by which browsers reach the page; requests to others are refused.\nhosts = [${list}]\n`;
}
