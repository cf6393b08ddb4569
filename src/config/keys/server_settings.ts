// The server's keys outside [limits] and [commands], and the list of all its tables.

import { COMMAND_NAME, COMMAND_NAME_FORM } from "../../rules/mod.ts";
import { AUTH_SETTINGS } from "./auth_settings.ts";
import { LIMIT_SETTINGS } from "./limits.ts";
import { SESSION_SETTINGS } from "./session_settings.ts";
import type { Section, TextForm } from "../reader/mod.ts";
import { TLS_SETTINGS } from "./tls_settings.ts";

export const SERVER_ENV_PREFIX = "RANKSERVER";

/** The port that both programs use unless told otherwise. */
export const DEFAULT_PORT = 6001;

/** More seats than one process has been measured with are no promise, so they are refused. */
export const MAX_CLIENTS = 100_000;

/** A name, an IPv4 or an IPv6 address; one colon alone is what "host:port" would have. */
export const HOST_FORM: TextForm = {
  maxLength: 253,
  pattern: /^(?:[^\s:/[\]]+|[^\s:/[\]]*:[^\s:/[\]]*:[^\s/[\]]*)$/,
  form: "a host name or an address, without port and brackets",
};

export const TOP_SETTINGS = {
  host: {
    kind: "text",
    key: "host",
    ...HOST_FORM,
    default: "127.0.0.1",
    why: "Address to listen on; 0.0.0.0 or :: accepts other machines.",
  },
  port: {
    kind: "integer",
    key: "port",
    unit: "port",
    default: DEFAULT_PORT,
    min: 0,
    max: 65_535,
    why: "TCP port to listen on; 0 picks a free one, which the first line of output shows.",
  },
  maxClients: {
    kind: "integer",
    key: "max_clients",
    unit: "clients",
    default: 20,
    min: 1,
    max: MAX_CLIENTS,
    why: "Maximum number of seated clients; each costs about 8 KB while it is idle.",
  },
} as const;

/** The list form; tables with rules are read by `read_commands.ts`. */
export const COMMANDS_SETTINGS = {
  commands: {
    kind: "texts",
    key: "commands",
    item: { maxLength: 64, pattern: COMMAND_NAME, form: `a command name (${COMMAND_NAME_FORM})` },
    minCount: 0,
    maxCount: 1_000,
    default: ["ping", "uptime"],
    why: "The allow-list: the server passes on no other command.",
  },
} as const;

export const LOG_SETTINGS = {
  format: {
    kind: "choice",
    key: "format",
    choices: ["text", "json"],
    default: "text",
    why: 'Format of the log: "text" for people, or "json" for programs (one object per line).',
  },
} as const;

export const CONTROL_SETTINGS = {
  socket: {
    kind: "text",
    key: "socket",
    maxLength: 100,
    mayBeEmpty: true,
    default: "",
    why:
      "Path of a Unix socket for rankserver --status and --evict, for the server's own user; empty: no socket.",
  },
} as const;

export const SESSION_SECTION = { path: ["session"], settings: SESSION_SETTINGS } as const satisfies Section;
export const TLS_SECTION = { path: ["tls"], settings: TLS_SETTINGS } as const satisfies Section;
export const TOP_SECTION = { path: [], settings: TOP_SETTINGS } as const satisfies Section;
export const COMMANDS_SECTION = { path: [], settings: COMMANDS_SETTINGS } as const satisfies Section;
export const AUTH_SECTION = { path: ["auth"], settings: AUTH_SETTINGS } as const satisfies Section;
export const CONTROL_SECTION = { path: ["control"], settings: CONTROL_SETTINGS } as const satisfies Section;
export const LIMITS_SECTION = { path: ["limits"], settings: LIMIT_SETTINGS } as const satisfies Section;
export const LOG_SECTION = { path: ["log"], settings: LOG_SETTINGS } as const satisfies Section;

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
];
