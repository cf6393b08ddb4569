// Every limit of the server: its default, its bounds, its unit and its reason. A limit that is gone over has a written
// outcome elsewhere; here stands only how much is allowed.

import type { IntegerSetting, SettingValues } from "../reader/mod.ts";

const KIBI = 1_024;
const MEBI = 1_048_576;
const HOUR_MS = 3_600_000;

/** For a timer: far below the 2^31 ms at which timers overflow, far above any sensible wait. */
export const MAX_WAIT_MS = 24 * HOUR_MS;

function limit<const Key extends string>(
  key: Key,
  unit: string,
  [initial, min, max]: readonly [initial: number, min: number, max: number],
  why: string,
): IntegerSetting & { readonly key: Key; readonly default: number } {
  return { kind: "integer", key, unit, default: initial, min, max, why };
}

export const LIMIT_SETTINGS = {
  acceptBacklog: limit(
    "accept_backlog",
    "connections",
    [4_096, 1, 65_535],
    "Connections that may wait to be accepted; in a larger burst, clients retry after a second.",
  ),
  lineBytes: limit(
    "line_bytes",
    "bytes",
    [MEBI, KIBI, 64 * MEBI],
    "Longest line accepted from a client; lower it if memory is short, as each client may fill one.",
  ),
  outboxBytes: limit(
    "outbox_bytes",
    "bytes",
    [8 * MEBI, 64 * KIBI, 1_024 * MEBI],
    "Unsent data kept for one client before it is closed as too slow; raise it for clients that pause.",
  ),
  outboxMemberBytes: limit(
    "outbox_member_bytes",
    "bytes",
    [KIBI, 0, 64 * KIBI],
    "Added to outbox_bytes for each of max_clients, as one answer may list all of them.",
  ),
  idLength: limit(
    "id_length",
    "characters",
    [256, 1, 4_096],
    "Longest id of a request; every result of a run repeats it.",
  ),
  batchItems: limit(
    "batch_items",
    "requests",
    [100, 1, 10_000],
    "Requests in one JSON-RPC batch; raise it for programs that send many at once.",
  ),
  jsonDepth: limit(
    "json_depth",
    "levels",
    [32, 4, 10_000],
    "Maximum nesting depth of JSON; the protocol needs no more than five levels.",
  ),
  commandsPerSecond: limit(
    "commands_per_second",
    "commands/s",
    [10_000, 0, 100_000_000],
    "Requests that one client may send per second in the long run; 0: no limit. Raise it for a busy client that you trust.",
  ),
  commandsBurst: limit(
    "commands_burst",
    "commands",
    [20_000, 1, 100_000_000],
    "Requests that a quiet client may send in one burst, beyond commands_per_second.",
  ),
  connectionsPerAddress: limit(
    "connections_per_address",
    "connections",
    [256, 0, 1_000_000],
    "Open connections of one address, or of one IPv6 network (/64); 0: no limit. Raise it if many clients share an address.",
  ),
  pendingConnections: limit(
    "pending_connections",
    "connections",
    [256, 1, 100_000],
    "Connections that have not yet shown their token or finished TLS; beyond it the oldest is closed.",
  ),
  pendingMs: limit(
    "pending_ms",
    "ms",
    [10_000, 1, HOUR_MS],
    "Time limit for showing the token and finishing TLS; raise it for people who type their token.",
  ),
  pendingLineBytes: limit(
    "pending_line_bytes",
    "bytes",
    [4 * KIBI, KIBI, MEBI],
    "Longest line of a connection that has not shown its token, as strangers may fill the memory with it.",
  ),
  firstLineMs: limit(
    "first_line_ms",
    "ms",
    [60_000, 0, MAX_WAIT_MS],
    "Time after which a client is closed that has sent no line, nor answered a check at half that time; 0: never.",
  ),
  idleMs: limit(
    "idle_ms",
    "ms",
    [0, 0, MAX_WAIT_MS],
    "Time after which a client that sends no request is closed, even if it is alive; 0: never.",
  ),
  nameLength: limit(
    "name_length",
    "characters",
    [64, 1, 256],
    "Longest name of a client; every roster carries it.",
  ),
  argsCount: limit(
    "args_count",
    "arguments",
    [64, 0, 1_024],
    "Arguments of one command; raise it for commands that take long lists.",
  ),
  argLength: limit(
    "arg_length",
    "characters",
    [4 * KIBI, 1, 128 * KIBI],
    "Longest single argument; operating systems accept at most 131072.",
  ),
  runsPerIssuer: limit(
    "runs_per_issuer",
    "runs",
    [64, 1, 100_000],
    "Runs that one client may have in flight; raise it for a client that serves many people.",
  ),
  runsTotal: limit(
    "runs_total",
    "runs",
    [1_024, 1, 1_000_000],
    "Runs in flight in total, each with its results in memory; a client that has none may still begin one.",
  ),
  runTimeoutMs: limit(
    "run_timeout_ms",
    "ms",
    [30_000, 1, MAX_WAIT_MS],
    "How long a run waits for its executors when its command has no timeout_ms of its own.",
  ),
  runOutputBytes: limit(
    "run_output_bytes",
    "bytes",
    [2 * MEBI, KIBI, 1_024 * MEBI],
    "Output kept for the final answer of one run; longer output is truncated, and the answer says so.",
  ),
  runsOutputBytes: limit(
    "runs_output_bytes",
    "bytes",
    [64 * MEBI, KIBI, 16_384 * MEBI],
    "Output kept for all runs in flight together; longer output is truncated as for one run.",
  ),
  outputBytes: limit(
    "output_bytes",
    "bytes",
    [64 * KIBI, 0, 16 * MEBI],
    "Output kept from one executor, for stdout and stderr each; raise it for commands with long reports.",
  ),
  lingeringRefusals: limit(
    "lingering_refusals",
    "connections",
    [256, 0, 10_000],
    "Refused connections kept open briefly so that the refusal arrives; each uses a descriptor.",
  ),
  lingerMs: limit(
    "linger_ms",
    "ms",
    [1_000, 0, 60_000],
    "Longest time that a refused connection is kept open; raise it for distant clients.",
  ),
  retryAfterMs: limit(
    "retry_after_ms",
    "ms",
    [1_000, 0, HOUR_MS],
    "Delay before a client that was refused as full is asked to try again; raise it if seats rarely become free.",
  ),
  drainMs: limit(
    "drain_ms",
    "ms",
    [5_000, 0, HOUR_MS],
    "How long a shutdown waits for the runs in flight; raise it if commands take long.",
  ),
  logPromotions: limit(
    "log_promotions",
    "log lines",
    [100, 0, 100_000],
    "Promotions logged individually for each change; beyond it one line has their number.",
  ),
} as const;

export type Limits = SettingValues<typeof LIMIT_SETTINGS>;

/** Limits that are each within bounds and yet impossible together. */
export interface LimitConflict {
  /** The key to change. */
  readonly path: readonly string[];
  readonly reason: string;
  readonly hint: string;
}

/** Bytes of an answer around its output: the envelope of the message. */
const ENVELOPE_BYTES = 512;

export function findLimitConflicts(limits: Limits): LimitConflict[] {
  const conflicts: LimitConflict[] = [];
  const refuse = (name: keyof Limits, reason: string, other: keyof Limits) => {
    const hint = `lower it or raise "limits.${LIMIT_SETTINGS[other].key}", which is ${limits[other]}`;
    conflicts.push({ path: ["limits", LIMIT_SETTINGS[name].key], reason, hint });
  };
  if (2 * limits.outputBytes + ENVELOPE_BYTES > limits.lineBytes) {
    refuse(
      "outputBytes",
      `of ${limits.outputBytes} for stdout and again for stderr does not fit a line`,
      "lineBytes",
    );
  }
  if (limits.lineBytes > limits.outboxBytes) {
    refuse("lineBytes", `of ${limits.lineBytes} lets in more than can be sent on at once`, "outboxBytes");
  }
  // Each output is sent twice: as it comes in, and in the answer.
  if (2 * limits.runOutputBytes > limits.outboxBytes) {
    refuse(
      "runOutputBytes",
      `of ${limits.runOutputBytes} is sent twice, as it comes in and in the answer, which is too much at once`,
      "outboxBytes",
    );
  }
  if (limits.runsPerIssuer > limits.runsTotal) {
    refuse("runsPerIssuer", `of ${limits.runsPerIssuer} can never be reached`, "runsTotal");
  }
  return conflicts;
}
