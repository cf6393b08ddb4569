// The shared floor: a class or a workshop, in which the person with rank 0 has the floor (docs/web.md).

import { addressText } from "../../../words/mod.ts";
import { isIpAddress } from "./tls_names.ts";
import { fileTables, TOKENS_TABLE, topKeys } from "./server_toml.ts";
import { type InitClient, reachableHost, type Surroundings, type Use } from "./use.ts";

const SEATS = 10;
const WAITING = 50;
const PAGE_PORT = 8080;

const TEACHER: InitClient = {
  name: "teacher",
  tokenPurpose: "The teacher: may send every command, see all clients and evict them.",
  rights: { execute: true, watch: true, evict: true },
  more: "",
};

/** One token for all: a class shares it. */
const GUEST: InitClient = {
  name: "guest",
  tokenPurpose: "The guests: all of them share this token. The page requires the right to watch.",
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
# When all seats are taken, new clients wait for one.
overflow = "wait"
# The number of places in the waiting room.
waiting_clients = ${WAITING}
# How long the server reserves the seat of a client whose connection broke.
resume_grace_ms = 30_000

[auth]
# ${TOKENS_TABLE}
tokens_file = "tokens.toml"
# The connections of one token. The guests share one, so this is the number of seats and places in the waiting room.
connections_per_token = ${SEATS + WAITING}

# The commands that people may send to those below them in the line.
[commands.say]
# What the command does; the page shows it.
description = "Show a text to everyone below"
# Only rank 0, which has the floor, may send it.
max_rank = 0
# Any text of up to 200 bytes.
args = [{ name = "text", pattern = ".*", max_bytes = 200 }]

[web]
# The address of the page for browsers.
host = "${surroundings.host}"
# The port of the page.
port = ${PAGE_PORT}
# Whether browsers may take seats.
seats = true
# How many pages may be open at the same time.
clients = ${SEATS + WAITING}
${hostNames(surroundings)}${fileTables(surroundings)}`,
  nextSteps: (path, surroundings) => {
    const { tlsNames } = surroundings;
    const address = addressText({ host: reachableHost(surroundings), port: PAGE_PORT });
    const page = `${tlsNames === undefined ? "http" : "https"}://${address}/`;
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
  return `# The names by which browsers reach the page; requests with other names are refused.\nhosts = [${list}]\n`;
}
