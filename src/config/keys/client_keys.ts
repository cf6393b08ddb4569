// The flags of rankclient, and its keys outside [run]. The server's address is the one positional argument. The limits
// protect this machine from the server and from the programs that it starts; the server has its own.

import { isLeaseLongEnough, type LeaseTimes, shortestLeaseMs } from "../../rules/mod.ts";
import type { FlagSpec, FlagValues, Section, SettingValues } from "../reader/mod.ts";
import {
  boolean,
  type Conflict,
  HOUR_MS,
  integer,
  KIBI,
  MAX_WAIT_MS,
  MEBI,
  path,
  renamed,
  text,
  texts,
} from "./builders.ts";
import { ADDRESS_FORM, HOST_FORM, MAX_ADDRESSES } from "./addresses.ts";
import { DEFAULT_PORT } from "./server_keys.ts";

// deno-fmt-ignore -- a table: a line for the flag, perhaps another for its help
export const CLIENT_FLAGS = [
  { name: "port", value: "PORT", help: "Connect to this TCP port.", sets: "port" },
  { name: "name", value: "NAME", help: "The name that other clients see.", sets: "name" },
  { name: "tls", help: "Use TLS and require a certificate valid for HOST.", sets: "tls" },
  { name: "ca", value: "FILE", sets: "ca_file",
    help: "Also trust the certificate authorities in this PEM file; implies --tls." },
  { name: "token-file", value: "FILE", sets: "token_file",
    help: "Read the token for the server from this file. RANKCLIENT_TOKEN may contain the token itself." },
  { name: "config", value: "FILE", mayBeStdin: true,
    help: "Read the configuration, which names the programs that this machine may run, from this TOML file (- for " +
    "standard input)." },
  { name: "json", help: "Print every line as a JSON object." },
  { name: "stay", help: "Keep the seat after standard input ends." },
  { name: "run-timeout-ms", value: "MS", sets: "limits.run_timeout_ms",
    help: "Stop a program that runs longer than this." },
  { name: "check",
    help: "Check the configuration, report errors, warn about what would fail on this machine, and exit." },
  { name: "dry-run", help: "Show the programs that would be started, without starting them." },
  { name: "control", value: "PATH", help: "Create a control socket, through which --via sends commands from this machine." },
  { name: "via", value: "PATH", help: "Send commands through the control socket of a running rankclient." },
  { name: "lead",
    help: "Run PROGRAM (after --) while this client has rank 0, and exit with the exit code of PROGRAM." },
  { name: "max-wait", value: "MS",
    help: "With --lead: exit with 75 if this client does not lead within MS milliseconds; start PROGRAM " +
      "at most once." },
  { name: "on-change", value: "HOOK",
    help: "Run HOOK (a program and its arguments, without a shell) whenever the rank of this client changes." },
  { name: "help", alias: "h", help: "Print this help and exit." },
  { name: "version", help: "Print the version and exit." },
] as const satisfies readonly FlagSpec[];

export type ClientFlags = FlagValues<typeof CLIENT_FLAGS>;

export const CLIENT_ENV_PREFIX = "RANKCLIENT";

// deno-fmt-ignore -- a table: one line for the key, the next for its help
export const CLIENT_TOP_SETTINGS = {
  host: text("host", { ...HOST_FORM, default: "127.0.0.1" },
    "The server's name or address."),
  hosts: texts("hosts", { item: ADDRESS_FORM, minCount: 0, maxCount: MAX_ADDRESSES, default: [] },
    "In place of host: several addresses of the server, or of servers that share one ranking, each with or without a port. " +
    "The client tries the next one when a connection breaks."),
  port: integer("port", "port", [DEFAULT_PORT, 1, 65_535], "The server's TCP port; with hosts, that of addresses without one."),
  name: text("name", { maxLength: 256 },
    "Name that other clients see in the roster; without it they see only the address."),
  tls: boolean("tls", false,
    "Whether to use TLS; the server's certificate must be valid for the name that the client connects to."),
  caFile: path("ca_file", "PEM file of certificate authorities to trust in addition to the well-known ones; implies TLS."),
  tokenFile: path("token_file",
    "File with the token for the server, readable by its owner alone, or also by its group if root owns it; " +
    "empty: no token."),
};

// deno-fmt-ignore -- a table: one line for the key, the next for its help
export const CLIENT_LIMIT_SETTINGS = {
  lineBytes: integer("line_bytes", "bytes", [32 * MEBI, KIBI, 1_024 * MEBI],
    "Longest line accepted from the server; the final answer to a run with many executors is the longest."),
  argsCount: integer("args_count", "arguments", [64, 0, 1_024],
    "Maximum number of arguments for a program, whatever the server allows."),
  argBytes: renamed("arg_length", integer("arg_bytes", "bytes", [4 * KIBI, 1, 128 * KIBI],
    "Longest single argument of a program, in bytes of UTF-8.")),
  outputBytes: integer("output_bytes", "bytes", [64 * KIBI, 0, 16 * MEBI],
    "Output kept from a program, for each of stdout and stderr; longer output is truncated, and the answer " +
    "says so."),
  programsAtOnce: integer("programs_at_once", "programs", [4, 1, 1_000],
    "Maximum number of programs that run at the same time; raise it if they mostly wait."),
  programsQueued: integer("programs_queued", "programs", [100, 0, 100_000],
    "Maximum number of programs that wait for their turn; further commands fail."),
  killAfterMs: integer("kill_after_ms", "ms", [2_000, 0, 600_000],
    "Time between TERM and KILL; raise it for programs that take longer to clean up. After a run times out, a " +
    "program's output is lost if it takes longer to stop than the server's limits.answer_grace_ms."),
  runTimeoutMs: integer("run_timeout_ms", "ms", [30_000, 1, MAX_WAIT_MS],
    "Time limit for a program without its own timeout_ms."),
  reconnectMinMs: integer("reconnect_min_ms", "ms", [200, 10, 600_000],
    "First delay before reconnecting; it doubles with each attempt."),
  reconnectMaxMs: integer("reconnect_max_ms", "ms", [10_000, 10, HOUR_MS],
    "Longest delay before reconnecting; raise it if very many clients share a server. With --lead, 1000 at most."),
};

/** The times of `rankclient --lead`. They have to fit each other here, and the lease that the server grants later. */
// deno-fmt-ignore -- a table: one line for the key, the next for its help
export const LEAD_SETTINGS = {
  leaseMs: integer("lease_ms", "ms", [5_000, 100, HOUR_MS],
    "How long the server keeps a leader's seat after its last message; a shorter lease makes failover faster."),
  killAfterMs: integer("kill_after_ms", "ms", [1_000, 0, HOUR_MS],
    "Time between TERM and KILL for the leader's program; raise it, and lease_ms, for a program that stops " +
    "slowly."),
  marginMs: integer("margin_ms", "ms", [250, 10, HOUR_MS],
    "Time between KILL and the end of the lease; raise it on machines that stall."),
  hookTimeoutMs: integer("hook_timeout_ms", "ms", [10_000, 1, MAX_WAIT_MS],
    "Time limit for a program of --on-change; the next change waits for it."),
};

export type ClientLimits = SettingValues<typeof CLIENT_LIMIT_SETTINGS>;
export type LeadTimes = SettingValues<typeof LEAD_SETTINGS>;

export const CLIENT_TOP_SECTION = { path: [], settings: CLIENT_TOP_SETTINGS } as const satisfies Section;
export const CLIENT_LIMITS_SECTION = {
  path: ["limits"],
  settings: CLIENT_LIMIT_SETTINGS,
} as const satisfies Section;
export const LEAD_SECTION = { path: ["lead"], settings: LEAD_SETTINGS } as const satisfies Section;

/** Every table of the client's file with fixed keys. */
export const CLIENT_SECTIONS: readonly Section[] = [
  CLIENT_TOP_SECTION,
  CLIENT_LIMITS_SECTION,
  LEAD_SECTION,
];

export function findReconnectConflicts({ reconnectMinMs, reconnectMaxMs }: ClientLimits): Conflict[] {
  if (reconnectMinMs <= reconnectMaxMs) return [];
  return [{
    path: ["limits", "reconnect_min_ms"],
    reason: `of ${reconnectMinMs} is above the longest delay`,
    hint: `lower it or raise "limits.reconnect_max_ms", which is ${reconnectMaxMs}`,
  }];
}

/** A lease that is too short for the other times. */
export function findLeadConflicts(times: LeaseTimes): Conflict[] {
  if (isLeaseLongEnough(times)) return [];
  const { leaseMs, killAfterMs, marginMs } = times;
  return [{
    path: ["lead", "lease_ms"],
    reason:
      `of ${leaseMs} is too short: after each proof of rank 0 it must have time for two pings (a third of it), ` +
      `kill_after_ms (${killAfterMs}) and margin_ms (${marginMs})`,
    hint: `raise it to ${shortestLeaseMs(times)} or more, or lower the other two`,
  }];
}
