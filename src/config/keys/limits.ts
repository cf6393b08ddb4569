// The keys of [limits], with default, bounds, unit and reason, and the limits that are constants. The code that
// enforces a limit, and docs/protocol/limits.md, say what happens beyond it.

import { MAX_NAME_BYTES } from "../../rules/mod.ts";
import type { SettingValues } from "../reader/mod.ts";
import {
  type Conflict,
  HOUR_MS,
  integer,
  KIBI,
  MAX_WAIT_MS,
  MEBI,
  optionalInteger,
  renamed,
} from "./builders.ts";

// deno-fmt-ignore -- a table: one line for the key, the next for its help
export const LIMIT_SETTINGS = {
  acceptBacklog: integer("accept_backlog", "connections", [4_096, 1, 65_535],
    "Connections that may wait to be accepted; in a larger burst, clients retry after a second."),
  lineBytes: integer("line_bytes", "bytes", [MEBI, KIBI, 64 * MEBI],
    "Longest line accepted from a client; lower it if memory is short, as each client may fill one."),
  outboxBytes: integer("outbox_bytes", "bytes", [8 * MEBI, 64 * KIBI, 1_024 * MEBI],
    "Unsent data kept for one client before it is disconnected as too slow; raise it for clients that pause."),
  batchItems: integer("batch_items", "requests", [100, 1, 10_000],
    "Requests in one JSON-RPC batch; raise it for programs that send many together."),
  commandsPerSecond: optionalInteger("commands_per_second", "commands/s", [0, 100_000_000],
    "Sustained rate of one client, in requests per second; 0: no limit. If it is not set: 10000, and no limit " +
    "for clients on the same machine (loopback). Raise it for a busy client that you trust."),
  commandsBurst: integer("commands_burst", "commands", [20_000, 1, 100_000_000],
    "Requests that a quiet client may send in one burst, beyond commands_per_second."),
  connectionsPerAddress: optionalInteger("connections_per_address", "connections", [0, 1_000_000],
    "Open connections from one address, or from one IPv6 network (/64); 0: no limit. If it is not set: 256, " +
    "and no limit for loopback. Raise it if many clients share an address; set it if a proxy on this machine " +
    "serves others."),
  pendingConnections: integer("pending_connections", "connections", [256, 1, 100_000],
    "Connections that have not yet sent their token or completed the TLS handshake; beyond that, the oldest " +
    "is closed."),
  pendingMs: integer("pending_ms", "ms", [10_000, 1, HOUR_MS],
    "Time limit for sending the token and completing the TLS handshake; raise it for people who type their " +
    "token."),
  firstLineMs: integer("first_line_ms", "ms", [60_000, 0, MAX_WAIT_MS],
    "Time after which a client is disconnected if it has sent no line and not answered a ping at half that " +
    "time; 0: never."),
  idleMs: integer("idle_ms", "ms", [0, 0, MAX_WAIT_MS],
    "Time after which a client that sends no request is disconnected, even if it answers pings; 0: never."),
  nameBytes: renamed("name_length", integer("name_bytes", "bytes", [64, 1, MAX_NAME_BYTES],
    "Longest name of a client, in bytes of UTF-8; every roster contains it.")),
  argsCount: integer("args_count", "arguments", [64, 0, 1_024],
    "Arguments of one command; raise it for commands that take long lists."),
  argBytes: renamed("arg_length", integer("arg_bytes", "bytes", [4 * KIBI, 1, 128 * KIBI],
    "Longest single argument, in bytes of UTF-8; operating systems accept at most 131072.")),
  runsPerIssuer: integer("runs_per_issuer", "runs", [64, 1, 100_000],
    "Runs that one client may have in flight; raise it for a client that serves many people."),
  runsTotal: integer("runs_total", "runs", [1_024, 1, 1_000_000],
    "Total runs in flight, each with its results in memory; a client without any may always start one."),
  runTimeoutMs: integer("run_timeout_ms", "ms", [30_000, 1, MAX_WAIT_MS],
    "How long a run waits for its executors when its command has no timeout_ms of its own."),
  answerGraceMs: integer("answer_grace_ms", "ms", [3_000, 0, HOUR_MS],
    "How long after the timeout of a run executors may still send their output; raise it for programs that " +
    "take longer to stop."),
  runOutputBytes: integer("run_output_bytes", "bytes", [2 * MEBI, KIBI, 1_024 * MEBI],
    "Output kept for the final answer to one run; longer output is truncated, and the answer says so."),
  runsOutputBytes: integer("runs_output_bytes", "bytes", [64 * MEBI, KIBI, 16_384 * MEBI],
    "Output kept for all runs in flight together; longer output is truncated, as for one run."),
  outputBytes: integer("output_bytes", "bytes", [64 * KIBI, 0, 16 * MEBI],
    "Output kept from one executor, for each of stdout and stderr; raise it for commands with long reports."),
  lingerMs: integer("linger_ms", "ms", [1_000, 0, 60_000],
    "Longest time that a refused connection is kept open; raise it for distant clients."),
  retryAfterMs: integer("retry_after_ms", "ms", [1_000, 0, HOUR_MS],
    "How long a client that was refused because all seats are taken should wait; raise it if seats rarely " +
    "become free."),
  drainMs: integer("drain_ms", "ms", [5_000, 0, HOUR_MS],
    "How long a shutdown waits for the runs in flight; raise it if commands take long."),
  logPromotions: integer("log_promotions", "log lines", [100, 0, 100_000],
    "Promotions logged individually for each change; more are logged as one line with their number."),
};

/** Limits that no operator has a reason to change. They are no keys: a file that sets one is refused. */
export const SERVER_BOUNDS = Object.freeze({
  /** In place of `commands_per_second` where that is not set, except for clients on loopback. */
  remoteCommandsPerSecond: 10_000,
  /** In place of `connections_per_address` where that is not set, except for loopback. */
  remoteConnectionsPerAddress: 256,
  /** Added to `outbox_bytes` for each of `max_clients`, as one answer may list all of them. */
  outboxMemberBytes: KIBI,
  /** Longest id of a request, as UTF-8. Every result of a run repeats it; a UUID has 36. */
  idBytes: 256,
  /** Nesting of JSON; the protocol needs no more than five levels. */
  jsonDepth: 32,
  /**
   * Objects, arrays and members of JSON in one line, for each of `batch_items` (at least 100): parsing takes up to 1 µs for
   * each. The protocol needs no more than 20 in one message; a list of numbers or of texts counts as one.
   */
  jsonParts: 100,
  /** Longest line of a connection that has not shown its token; a token has 43 bytes. */
  pendingLineBytes: 4 * KIBI,
  /** Refused connections kept open for `linger_ms`, so that the refusal arrives; each uses a descriptor. */
  lingeringRefusals: 256,
  /** Addresses whose refused tokens are counted; beyond it the oldest count is dropped. */
  failureAddresses: 10_000,
  /** The shortest time between two log lines about failed handshakes or refused connections, which any client can cause. */
  loginLogMs: 1_000,
});

type LimitValues = SettingValues<typeof LIMIT_SETTINGS>;

export type Limits = LimitValues & { readonly [Bound in keyof typeof SERVER_BOUNDS]: number };

/** Bytes of an answer around its output: the envelope of the message. */
const ENVELOPE_BYTES = 512;

export function findLimitConflicts(limits: LimitValues): Conflict[] {
  const conflicts: Conflict[] = [];
  const add = (name: keyof LimitValues, reason: string, other: keyof LimitValues) => {
    const hint = `lower it or raise "limits.${LIMIT_SETTINGS[other].key}", which is ${limits[other]}`;
    conflicts.push({ path: ["limits", LIMIT_SETTINGS[name].key], reason, hint });
  };
  if (2 * limits.outputBytes + ENVELOPE_BYTES > limits.lineBytes) {
    add(
      "outputBytes",
      `of ${limits.outputBytes} for stdout and again for stderr does not fit into a line`,
      "lineBytes",
    );
  }
  if (limits.lineBytes > limits.outboxBytes) {
    add("lineBytes", `of ${limits.lineBytes} accepts lines that are too long to be sent`, "outboxBytes");
  }
  // Each output is sent twice: as it comes in, and in the answer.
  if (2 * limits.runOutputBytes > limits.outboxBytes) {
    add(
      "runOutputBytes",
      `of ${limits.runOutputBytes} is sent twice (with each result and in the answer), which is more than can be sent`,
      "outboxBytes",
    );
  }
  if (limits.runsPerIssuer > limits.runsTotal) {
    add("runsPerIssuer", `of ${limits.runsPerIssuer} can never be reached`, "runsTotal");
  }
  return conflicts;
}
