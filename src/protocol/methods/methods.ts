// The methods table: every method with the shape of its params and of its result, as docs/protocol.md describes them.
// Schemas read what a server sent; what a server reads stands in params.ts, which costs it nothing to load. Types serve
// both ends.

import * as v from "valibot";
import { visible } from "../../log/mod.ts";
import { STATUSES } from "./statuses.ts";

export type {
  CancelParams,
  ExecuteResult,
  HelloParams,
  LeaveParams,
  RunParams,
  WatchParams,
} from "./params.ts";
export { type Status, STATUSES } from "./statuses.ts";

/** Of the sentence that says what is wrong with params. */
const MAX_MESSAGE_LENGTH = 300;

/** Why the server ends a connection, in one word; also in the log. */
export const CLOSE_REASONS = [
  /** The client closed its side, or said that it leaves. */
  "left",
  /** The connection broke. */
  "reset",
  "full",
  /** Unsent bytes for it went over the limit. */
  "slow_reader",
  /** It was silent for too long and did not answer. */
  "timed_out",
  /** Another connection took over its seat with its token. */
  "replaced",
  /** Its seat was taken away. */
  "evicted",
  /** It showed no token, or one that is not good. */
  "unauthenticated",
  /** Its token is not good any more. */
  "revoked",
  /** Too many connections, or refused tokens, of its address; or too many that have shown no token. */
  "rate_limited",
  /** It has a lease, and the server cannot save what a lease relies on. */
  "unavailable",
  "shutdown",
  /** It spoke TLS to a port that has none. */
  "no_tls",
  /** The server failed in handling it. */
  "fault",
] as const;
export type CloseReason = typeof CLOSE_REASONS[number];

// What a client reads may grow: keys that it does not know are let pass.
const rank = v.pipe(v.number(), v.safeInteger(), v.minValue(0));
const ticket = v.pipe(v.number(), v.safeInteger());
const count = v.pipe(v.number(), v.safeInteger(), v.minValue(0));
const id = v.union([v.string(), v.number(), v.null()]);

/** Who sent a command. */
export const Issuer = v.object({ rank, ticket, name: v.string() });
export type Issuer = v.InferOutput<typeof Issuer>;

/** One executor's part of a run. */
export const RunResult = v.object({
  rank,
  ticket,
  name: v.string(),
  status: v.picklist(STATUSES),
  code: v.optional(v.number()),
  signal: v.optional(v.string()),
  stdout: v.optional(v.string()),
  stderr: v.optional(v.string()),
  /** Why there is no exit code. */
  reason: v.optional(v.string()),
  /** The server kept less output than the executor sent. */
  cut: v.optional(v.boolean()),
});
export type RunResult = v.InferOutput<typeof RunResult>;

/** The answer to `run`: the counts add up to `executors`. */
export const RunSummary = v.object({
  executors: count,
  ok: count,
  failed: count,
  refused: count,
  delivered: count,
  timed_out: count,
  lost: count,
  cancelled: count,
  results: v.array(RunResult),
});
export type RunSummary = v.InferOutput<typeof RunSummary>;

/** How many executors a run had, and how many of them ended how. */
export type RunCounts = Omit<RunSummary, "results">;

/** The answer to `run` with `dry_run`: what would become of each target; nothing was sent. */
export const DryRunSummary = v.object({
  dry_run: v.literal(true),
  /** Whether the run as a whole would be accepted: one refused target rejects all of it. */
  accepted: v.boolean(),
  executors: count,
  results: v.array(v.object({
    rank,
    ticket: v.optional(ticket),
    name: v.optional(v.string()),
    would_run: v.boolean(),
    /** The rule that refuses, where it would not: an error's word, and its sentence. */
    reason: v.optional(v.string()),
    message: v.optional(v.string()),
  })),
  /** Why the run as a whole would be refused. */
  reason: v.optional(v.string()),
  message: v.optional(v.string()),
});
export type DryRunSummary = v.InferOutput<typeof DryRunSummary>;

/** A member as the roster shows it; `address` is "ip:port", `since` an ISO 8601 time. */
export const Member = v.object({
  rank,
  ticket,
  name: v.string(),
  address: v.string(),
  since: v.string(),
  /** Its connection broke and its seat is kept for it. */
  away: v.optional(v.boolean()),
  /** The lease that it holds, in ms; absent: it has none, and leads nothing. */
  lease_ms: v.optional(count),
});
export type Member = v.InferOutput<typeof Member>;

export const Roster = v.object({
  epoch: count,
  capacity: count,
  members: v.array(Member),
  /** The asking member's own rank. */
  you: rank,
});
export type Roster = v.InferOutput<typeof Roster>;

/** The server's own times, which a client's have to fit. All in ms. */
export const Times = v.object({
  /** Silence after which a client is asked whether it is there, and after which it is closed. */
  heartbeat_ms: count,
  silence_ms: count,
  /** How long a seat is kept for a member whose connection broke. */
  resume_grace_ms: count,
  /** The lease that this member has; 0: none. */
  lease_ms: count,
  /** Nothing may be led for so long yet: a leader of the server's earlier life may still be stopping. */
  lead_after_ms: count,
});
export type Times = v.InferOutput<typeof Times>;

/** The answer to `yield`: all that is new of the place; an earlier token is worth nothing any more. */
export const Place = v.object({
  rank,
  ticket,
  epoch: count,
  members: count,
  times: Times,
  resume: v.optional(v.string()),
});
export type Place = v.InferOutput<typeof Place>;

export const Welcome = v.object({
  rank,
  ticket,
  epoch: count,
  members: count,
  capacity: count,
  commands: v.array(v.string()),
  protocol: v.number(),
  times: Times,
  /** Good for one `hello` from a new connection, after this one broke. */
  resume: v.optional(v.string()),
});
export type Welcome = v.InferOutput<typeof Welcome>;

export const Promoted = v.object({ rank, was: rank, epoch: count, members: count });
export type Promoted = v.InferOutput<typeof Promoted>;

/** `result`: one executor's part, as it comes in; `run` is the id of the issuer's own request. */
export const ResultNote = v.object({ run: id, ...RunResult.entries });
export type ResultNote = v.InferOutput<typeof ResultNote>;

export const Waiting = v.object({ position: count });
export type Waiting = v.InferOutput<typeof Waiting>;

export const RosterChanged = v.object({
  epoch: count,
  members: count,
  joined: v.array(Member),
  /** Tickets of those who left. */
  left: v.array(ticket),
  renamed: v.array(v.object({ ticket, name: v.string() })),
  /** Tickets of those whose connections ended and whose seats are kept, and of those who took theirs back. */
  away: v.optional(v.array(ticket)),
  back: v.optional(v.array(ticket)),
  /** Members that were granted a lease, or a longer one. */
  leased: v.optional(v.array(v.object({ ticket, lease_ms: count }))),
  /** This client was too slow for some of these notes: `roster` has the whole. */
  missed: v.optional(v.boolean()),
});
export type RosterChanged = v.InferOutput<typeof RosterChanged>;

/** The allow-list has been replaced: what may be sent from now on. */
export const CommandsChanged = v.object({ commands: v.array(v.string()) });
export type CommandsChanged = v.InferOutput<typeof CommandsChanged>;

export const Closing = v.object({
  reason: v.string(),
  message: v.optional(v.string()),
  retry_after_ms: v.optional(count),
});
export type Closing = v.InferOutput<typeof Closing>;

/** `refused`: a notification of the client that the server did not act on. */
export const Refused = v.object({
  method: v.string(),
  command: v.optional(v.string()),
  code: v.number(),
  message: v.string(),
  data: v.optional(v.record(v.string(), v.unknown())),
});
export type Refused = v.InferOutput<typeof Refused>;

export const ExecuteParams = v.object({
  command: v.string(),
  args: v.array(v.string()),
  from: Issuer,
  epoch: count,
});
export type ExecuteParams = v.InferOutput<typeof ExecuteParams>;

/** The notification `cancel` to an executor: the `execute` with that id is not wanted any more. */
export const CancelNote = v.object({ id });

/** Reads params or a result; the message names the first thing that is wrong with them. */
export function readShape<Schema extends v.GenericSchema>(
  schema: Schema,
  value: unknown,
): { ok: true; value: v.InferOutput<Schema> } | { ok: false; message: string } {
  const parsed = v.safeParse(schema, value ?? {}, { abortEarly: true });
  if (parsed.success) return { ok: true, value: parsed.output };
  const issue = parsed.issues[0];
  const where = v.getDotPath(issue);
  // The schema's sentence repeats what it was given.
  const message = where === null ? issue.message : `${where}: ${issue.message}`;
  return { ok: false, message: visible(message, MAX_MESSAGE_LENGTH) };
}
