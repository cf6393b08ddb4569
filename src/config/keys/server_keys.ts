// The flags of rankserver, and its keys outside [limits] and the rules of commands. The help of a flag shows the default
// and the environment variable of the key that the flag sets.

import { COMMAND_NAME, COMMAND_NAME_FORM } from "../../rules/mod.ts";
import type { FlagSpec, FlagValues, Section, SettingValues } from "../reader/mod.ts";
import { HOST_FORM } from "./addresses.ts";
import {
  boolean,
  choice,
  type Conflict,
  GIBI,
  HOUR_MS,
  integer,
  MAX_WAIT_MS,
  MEBI,
  path,
  text,
  texts,
} from "./builders.ts";
import { CLUSTER_SECTION } from "./cluster_keys.ts";
import { LIMIT_SETTINGS, type Limits } from "./limits.ts";
import { WEB_SECTION, type WebSettings } from "./web_keys.ts";

// deno-fmt-ignore -- a table: a line for the flag, perhaps another for its help
export const SERVER_FLAGS = [
  { name: "config", value: "FILE", mayBeStdin: true,
    help: "Read the configuration from this TOML file (- for standard input); SIGHUP reads the file again." },
  { name: "host", value: "HOST", help: "Listen on this address; 0.0.0.0 or :: accepts other machines.", sets: "host" },
  { name: "port", value: "PORT", help: "Listen on this TCP port; 0 picks a free one.", sets: "port" },
  { name: "max-clients", value: "N", help: "The number of seats.", sets: "max_clients" },
  { name: "commands", value: "NAME,NAME...", help: "Allow these commands and no others.", sets: "commands" },
  { name: "log-format", value: "text|json", sets: "log.format",
    help: "Write the log as text for people, or as JSON lines." },
  { name: "control", value: "PATH", sets: "control.socket",
    help: "The control socket: the server creates it; --status, --evict and --raise use it." },
  { name: "tls-cert", value: "FILE", sets: "tls.cert_file",
    help: "Use TLS with this certificate; requires --tls-key." },
  { name: "tls-key", value: "FILE", help: "The certificate's private key.", sets: "tls.key_file" },
  { name: "tokens-file", value: "FILE", sets: "auth.tokens_file",
    help: "Require every client to send a token from this file; see docs/tokens.md." },
  { name: "new-token", value: "NAME",
    help: "Create a token, add it to the tokens file under this name, print it, and exit." },
  { name: "status", help: "Show the state of a running server, its members and its leader, and exit." },
  { name: "evict", value: "RANK|ticket:N|name:TEXT",
    help: "Take a client's seat away, and exit." },
  { name: "raise", value: "RANK|ticket:N|name:TEXT",
    help: "Give a client rank 0 (all clients above it yield), and exit." },
  { name: "json", help: "With --status, --evict or --raise: print the answer as JSON." },
  { name: "check",
    help: "Check the configuration, report errors, warn about what would fail on this machine, and exit." },
  { name: "help", alias: "h", help: "Print this help and exit." },
  { name: "version", help: "Print the version and exit." },
] as const satisfies readonly FlagSpec[];

export type ServerFlags = FlagValues<typeof SERVER_FLAGS>;

export const SERVER_ENV_PREFIX = "RANKSERVER";

/** The default port of both programs. */
export const DEFAULT_PORT = 6001;

/** No server has been measured with more seats, so no more can be configured. */
export const MAX_CLIENTS = 100_000;

/** Commands in the allow-list, and on the list of a token. */
export const COMMAND_NAMES = {
  item: { maxLength: 64, pattern: COMMAND_NAME, form: `a command name (${COMMAND_NAME_FORM})` },
  minCount: 0,
  maxCount: 1_000,
} as const;

// deno-fmt-ignore -- a table: one line for the key, the next for its help
export const TOP_SETTINGS = {
  host: text("host", { ...HOST_FORM, default: "127.0.0.1" },
    "Address to listen on; 0.0.0.0 or :: accepts other machines."),
  port: integer("port", "port", [DEFAULT_PORT, 0, 65_535],
    "TCP port to listen on; 0 picks a free one, which the first line of output shows."),
  maxClients: integer("max_clients", "clients", [20, 1, MAX_CLIENTS],
    "Maximum number of seated clients; each takes about 8 KB of memory while it is idle."),
};

/** As a list of names; tables with rules are read by `read_commands.ts`. */
// deno-fmt-ignore -- a table: one line for the key, the next for its help
export const COMMANDS_SETTINGS = {
  commands: texts("commands", { ...COMMAND_NAMES, default: ["ping", "uptime"] },
    "The allow-list: the server refuses every other command."),
};

/** How long seats last. The times have to fit each other and those of the clients; see docs/succession.md. */
// deno-fmt-ignore -- a table: one line for the key, the next for its help
export const SESSION_SETTINGS = {
  resumeGraceMs: integer("resume_grace_ms", "ms", [0, 0, 24 * HOUR_MS],
    "How long the server reserves the seat of a client whose connection broke; 0 promotes the others " +
    "immediately. Raise it for unreliable networks."),
  presentMs: integer("present_ms", "ms", [1_000, 1, 60_000],
    "How long a new client at a full server may take to prove that a reserved seat is its own, and how long " +
    "the holder of a seat may take to respond when another client sends its resume token."),
  heartbeatMs: integer("heartbeat_ms", "ms", [10_000, 10, HOUR_MS],
    "Silence after which the server sends a client a ping; lower it to detect dead clients sooner."),
  silenceMs: integer("silence_ms", "ms", [30_000, 20, 24 * HOUR_MS],
    "Silence after which the server disconnects a client; must exceed heartbeat_ms, so that the client can " +
    "answer."),
  leaseMaxMs: integer("lease_max_ms", "ms", [10_000, 100, HOUR_MS],
    "The longest lease for a client with --lead. A server whose journal has no file, or whose file is new or a " +
    "backup, lets no client lead for this long after its start."),
  overflow: choice("overflow", ["refuse", "wait"], "refuse",
    'What to do with a client when all seats are taken: "refuse" it, or let it "wait" for a seat.'),
  waitingClients: integer("waiting_clients", "clients", [1_000, 1, 100_000],
    "Places in the waiting room; further clients are refused."),
};

/** What the server keeps of its seats and of what happened. */
// deno-fmt-ignore -- a table: one line for the key, the next for its help
export const JOURNAL_SETTINGS = {
  file: path("file",
    "SQLite file that keeps seats and tickets across a restart, and a record of what happened, see docs/audit.md; " +
    "empty: nothing is kept. With a new file, no client leads until session.lease_max_ms have passed."),
  keepDays: integer("keep_days", "days", [30, 1, 3_650],
    "How long the record of what happened is kept; seats that are taken are not deleted."),
  arguments: boolean("arguments", true,
    "Whether the file contains the arguments of commands; set it to false if they may be secret."),
  maxBytes: integer("max_bytes", "bytes", [GIBI, 16 * MEBI, 1_024 * GIBI],
    "Maximum size of the file; if it is larger, the oldest records are deleted before keep_days have passed."),
};

/** Which clients the server admits: without a tokens file, any that can connect. */
// deno-fmt-ignore -- a table: one line for the key, the next for its help
export const AUTH_SETTINGS = {
  tokensFile: path("tokens_file",
    "TOML file with the clients' tokens, see docs/tokens.md; empty: any client may connect."),
  connectionsPerToken: integer("connections_per_token", "connections", [8, 0, 1_000_000],
    "Maximum number of connections with one token at a time; raise it if clients share a token; 0: no limit."),
  failureDelayMs: integer("failure_delay_ms", "ms", [500, 0, 60_000],
    "Delay before the server refuses a token, to slow down guessing."),
  failuresPerAddress: integer("failures_per_address", "failures", [10, 1, 1_000_000],
    "Refused tokens from one address per window; after more, new connections from the address are refused."),
  failureWindowMs: integer("failure_window_ms", "ms", [60_000, 1, MAX_WAIT_MS],
    "Window for counting the refused tokens from an address; it begins with the first one."),
};

// deno-fmt-ignore -- a table: one line for the key, the next for its help
export const CONTROL_SETTINGS = {
  socket: path("socket",
    "Path of the control socket, for rankserver --status, --evict and --raise by the server's own user; " +
    "empty: no socket."),
};

/** Without certificate and key, the server uses plain TCP. */
// deno-fmt-ignore -- a table: one line for the key, the next for its help
export const TLS_SETTINGS = {
  certFile: path("cert_file",
    "PEM file with the server's certificate and its intermediate certificates; empty: no TLS."),
  keyFile: path("key_file",
    "PEM file with the certificate's private key, readable by its owner alone, or also by its group if root " +
    "owns it."),
};

// deno-fmt-ignore -- a table: one line for the key, the next for its help
export const LOG_SETTINGS = {
  format: choice("format", ["text", "json"], "text",
    'Format of the log: "text" for people, or "json" for programs (one object per line).'),
  time: boolean("time", true,
    "Whether each text line begins with the time (RFC 3339, UTC); set it to false under systemd, whose journal " +
    "adds its own. JSON lines always contain it."),
  arguments: boolean("arguments", true,
    "Whether the log contains the arguments of commands; set it to false if they may be secret."),
};

export type AuthSettings = SettingValues<typeof AUTH_SETTINGS> & Pick<Limits, "failureAddresses">;
export type SessionTimes = SettingValues<typeof SESSION_SETTINGS>;
export type JournalSettings = SettingValues<typeof JOURNAL_SETTINGS>;
export type LogSettings = SettingValues<typeof LOG_SETTINGS>;
/** Both paths, or both empty: then there is no TLS. */
export type TlsFiles = SettingValues<typeof TLS_SETTINGS>;

export const SESSION_SECTION = { path: ["session"], settings: SESSION_SETTINGS } as const satisfies Section;
export const TLS_SECTION = { path: ["tls"], settings: TLS_SETTINGS } as const satisfies Section;
export const TOP_SECTION = { path: [], settings: TOP_SETTINGS } as const satisfies Section;
export const COMMANDS_SECTION = { path: [], settings: COMMANDS_SETTINGS } as const satisfies Section;
export const AUTH_SECTION = { path: ["auth"], settings: AUTH_SETTINGS } as const satisfies Section;
export const CONTROL_SECTION = { path: ["control"], settings: CONTROL_SETTINGS } as const satisfies Section;
export const LIMITS_SECTION = { path: ["limits"], settings: LIMIT_SETTINGS } as const satisfies Section;
export const LOG_SECTION = { path: ["log"], settings: LOG_SETTINGS } as const satisfies Section;
export const JOURNAL_SECTION = { path: ["journal"], settings: JOURNAL_SETTINGS } as const satisfies Section;

/** Every table of the server's file with fixed keys. */
export const SERVER_SECTIONS: readonly Section[] = [
  TOP_SECTION,
  COMMANDS_SECTION,
  SESSION_SECTION,
  AUTH_SECTION,
  CONTROL_SECTION,
  TLS_SECTION,
  LIMITS_SECTION,
  LOG_SECTION,
  JOURNAL_SECTION,
  CLUSTER_SECTION,
  WEB_SECTION,
];

/** Times that contradict each other. */
export function findSessionConflicts({ heartbeatMs, silenceMs }: SessionTimes): Conflict[] {
  if (silenceMs > heartbeatMs) return [];
  return [{
    path: ["session", "silence_ms"],
    reason: `of ${silenceMs} ends before a client is sent a ping`,
    hint: `raise it or lower "session.heartbeat_ms", which is ${heartbeatMs}`,
  }];
}

export function hasTls({ certFile }: TlsFiles): boolean {
  return certFile !== "";
}

/** One file without the other. */
export function findTlsConflicts({ certFile, keyFile }: TlsFiles): Conflict[] {
  if ((certFile === "") === (keyFile === "")) return [];
  const [given, missing] = certFile === "" ? ["key_file", "cert_file"] : ["cert_file", "key_file"];
  return [{
    path: ["tls", given],
    reason: `requires "tls.${missing}"`,
    hint: "TLS needs both a certificate and its key",
  }];
}

/** Whether browsers speak TLS to the page's port. */
export function hasWebTls({ web, tls }: { readonly web: WebSettings; readonly tls: TlsFiles }): boolean {
  return web.tls && hasTls(tls);
}
