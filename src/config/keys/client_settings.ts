// The client's keys outside [run], and the list of all its tables. Its limits protect this machine from the server and
// from the programs it starts; the server has its own.

import { LEAD_SECTION } from "./lead_settings.ts";
import { MAX_WAIT_MS } from "./limits.ts";
import type { Section, SettingValues } from "../reader/mod.ts";
import { DEFAULT_PORT, HOST_FORM } from "./server_settings.ts";

export const CLIENT_ENV_PREFIX = "RANKCLIENT";

export const CLIENT_TOP_SETTINGS = {
  host: {
    kind: "text",
    key: "host",
    ...HOST_FORM,
    default: "127.0.0.1",
    why: "The server's name or address.",
  },
  port: {
    kind: "integer",
    key: "port",
    unit: "port",
    default: DEFAULT_PORT,
    min: 1,
    max: 65_535,
    why: "The server's TCP port.",
  },
  name: {
    kind: "text",
    key: "name",
    maxLength: 256,
    why: "Name that other clients see in the roster; without it they see only the address.",
  },
  tls: {
    kind: "boolean",
    key: "tls",
    default: false,
    why: "Whether to use TLS; the server's certificate must be valid for the host above.",
  },
  caFile: {
    kind: "text",
    key: "ca_file",
    maxLength: 4_096,
    mayBeEmpty: true,
    default: "",
    why: "PEM file of authorities to trust besides the well-known ones; implies TLS.",
  },
  tokenFile: {
    kind: "text",
    key: "token_file",
    maxLength: 4_096,
    mayBeEmpty: true,
    default: "",
    why:
      "File with the token for the server, readable by its owner alone, or also by its group if root owns it; empty: no token.",
  },
} as const;

export const CLIENT_LIMIT_SETTINGS = {
  lineBytes: {
    kind: "integer",
    key: "line_bytes",
    unit: "bytes",
    default: 33_554_432,
    min: 1_024,
    max: 1_073_741_824,
    why: "Longest line accepted from the server; the final answer of a run of many executors is the longest.",
  },
  argsCount: {
    kind: "integer",
    key: "args_count",
    unit: "arguments",
    default: 64,
    min: 0,
    max: 1_024,
    why: "Maximum number of arguments for a program, whatever the server allows.",
  },
  argLength: {
    kind: "integer",
    key: "arg_length",
    unit: "characters",
    default: 4_096,
    min: 1,
    max: 131_072,
    why: "Longest single argument for a program.",
  },
  outputBytes: {
    kind: "integer",
    key: "output_bytes",
    unit: "bytes",
    default: 65_536,
    min: 0,
    max: 16_777_216,
    why:
      "Output kept from a program, for stdout and stderr each; longer output is truncated, and the answer says so.",
  },
  programsAtOnce: {
    kind: "integer",
    key: "programs_at_once",
    unit: "programs",
    default: 4,
    min: 1,
    max: 1_000,
    why: "Programs that run at the same time; raise it if they mostly wait.",
  },
  programsQueued: {
    kind: "integer",
    key: "programs_queued",
    unit: "programs",
    default: 100,
    min: 0,
    max: 100_000,
    why: "Programs that wait for their turn; further commands are answered with a failure.",
  },
  killAfterMs: {
    kind: "integer",
    key: "kill_after_ms",
    unit: "ms",
    default: 2_000,
    min: 0,
    max: 600_000,
    why: "Time between TERM and KILL; raise it for programs that take longer to clean up.",
  },
  runTimeoutMs: {
    kind: "integer",
    key: "run_timeout_ms",
    unit: "ms",
    default: 30_000,
    min: 1,
    max: MAX_WAIT_MS,
    why: "Time limit for a program without its own timeout_ms.",
  },
  reconnectMinMs: {
    kind: "integer",
    key: "reconnect_min_ms",
    unit: "ms",
    default: 200,
    min: 10,
    max: 600_000,
    why: "First delay before reconnecting; it doubles with each attempt.",
  },
  reconnectMaxMs: {
    kind: "integer",
    key: "reconnect_max_ms",
    unit: "ms",
    default: 10_000,
    min: 10,
    max: 3_600_000,
    why:
      "Longest delay before reconnecting; raise it if very many clients share a server. With --lead, 1000 at most.",
  },
} as const;

export type ClientLimits = SettingValues<typeof CLIENT_LIMIT_SETTINGS>;

export const CLIENT_TOP_SECTION = { path: [], settings: CLIENT_TOP_SETTINGS } as const satisfies Section;
export const CLIENT_LIMITS_SECTION = {
  path: ["limits"],
  settings: CLIENT_LIMIT_SETTINGS,
} as const satisfies Section;

/** Every table of the client's file with fixed keys. */
export const CLIENT_SECTIONS: readonly Section[] = [
  CLIENT_TOP_SECTION,
  CLIENT_LIMITS_SECTION,
  LEAD_SECTION,
];
