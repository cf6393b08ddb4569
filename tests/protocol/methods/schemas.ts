// A second opinion on the shapes of the protocol: the same in a schema library, which would be too slow to load for the
// programs themselves.

import * as v from "valibot";
import type { METHODS, NOTIFICATIONS } from "../../../src/protocol/methods/mod.ts";

const integer = v.pipe(v.number(), v.safeInteger());
const count = v.pipe(integer, v.minValue(0));
const positive = v.pipe(integer, v.minValue(1));
const rank = count;
const ticket = integer;
const text = v.string();
const maybe = v.optional(text);
const id = v.union([v.string(), v.number(), v.null()]);
const done = v.object({});
/** Nothing may be there. */
const none = v.pipe(v.strictObject({}), v.transform(() => undefined));

const member = v.object({
  rank,
  ticket,
  name: text,
  address: text,
  since: text,
  away: v.optional(v.boolean()),
  lease_ms: v.optional(count),
});
const times = v.object({
  heartbeat_ms: count,
  silence_ms: count,
  resume_grace_ms: count,
  lease_ms: count,
  lead_after_ms: count,
});
const limits = v.object({ line_bytes: count, output_bytes: count, timeout_ms: count });
const runResult = v.object({
  rank,
  ticket,
  name: text,
  status: v.picklist(["ok", "failed", "refused", "delivered", "timed_out", "lost", "cancelled"]),
  code: v.optional(v.number()),
  signal: maybe,
  stdout: maybe,
  stderr: maybe,
  reason: maybe,
  cut: v.optional(v.boolean()),
});
const welcome = v.object({
  rank,
  ticket,
  epoch: count,
  members: count,
  capacity: count,
  commands: v.array(text),
  protocol: v.number(),
  limits,
  times,
  resume: maybe,
  servers: v.optional(v.array(v.string())),
});
const cluster = v.object({
  name: text,
  node: text,
  suspended: v.boolean(),
  nodes: v.array(v.object({ id: text, name: text, version: text, address: text, members: count })),
});
const runSummary = v.object({
  executors: count,
  ok: count,
  failed: count,
  refused: count,
  delivered: count,
  timed_out: count,
  lost: count,
  cancelled: count,
  results: v.array(runResult),
});
const some = <Item extends v.GenericSchema>(item: Item) =>
  v.pipe(v.array(item), v.minLength(1, "must not be empty; omit it to address every client below"));

/** The params of each method, and its result. */
export const METHOD_SCHEMAS = {
  hello: {
    params: v.strictObject({ name: maybe, token: maybe, resume: maybe, lease_ms: v.optional(positive) }),
    result: welcome,
  },
  run: {
    params: v.strictObject({
      command: text,
      args: v.optional(v.array(text), []),
      to: v.optional(some(rank)),
      to_tickets: v.optional(some(ticket)),
      to_names: v.optional(some(text)),
      from_rank: v.optional(rank),
      timeout_ms: v.optional(positive),
      results: v.optional(v.picklist(["all", "not_ok", "none"]), "all"),
      dry_run: v.optional(v.boolean(), false),
    }),
    result: runSummary,
  },
  cancel: { params: v.strictObject({ run: id }), result: done },
  roster: {
    params: none,
    result: v.object({ epoch: count, capacity: count, members: v.array(member), you: rank }),
  },
  commands: {
    params: none,
    result: v.object({
      commands: v.array(v.object({
        name: text,
        description: maybe,
        args: v.optional(v.array(v.object({
          name: text,
          optional: v.optional(v.boolean()),
          rest: v.optional(v.boolean()),
          one_of: v.optional(v.array(text)),
          pattern: maybe,
          integer: v.optional(v.boolean()),
          min: v.optional(v.number()),
          max: v.optional(v.number()),
          max_bytes: positive,
        }))),
        max_rank: v.optional(rank),
        max_executors: v.optional(positive),
        timeout_ms: positive,
      })),
    }),
  },
  watch: { params: v.strictObject({ on: v.boolean() }), result: done },
  yield: {
    params: none,
    result: v.object({ rank, ticket, epoch: count, members: count, times, resume: maybe }),
  },
  leave: { params: v.strictObject({ resume: maybe }), result: done },
  status: {
    params: v.strictObject({ list: v.optional(count, 0) }),
    result: v.object({
      version: text,
      address: text,
      uptime_ms: count,
      members: count,
      capacity: count,
      epoch: count,
      away: count,
      waiting: count,
      connections: count,
      runs_in_flight: count,
      late_answers: count,
      is_draining: v.boolean(),
      leader: v.optional(v.object({ ticket, name: text, leads_for_ms: v.optional(count) })),
      lead_after_ms: count,
      cluster: v.optional(cluster),
      roster: v.array(v.object({ ...member.entries, node: maybe })),
      waiting_room: v.array(v.object({ place: count, name: text, address: text })),
    }),
  },
  evict: {
    params: v.union([
      v.strictObject({ rank }),
      v.strictObject({ ticket }),
      v.strictObject({ name: text }),
    ], 'must have exactly one of "rank", "ticket" and "name"'),
    result: v.object({ rank, ticket, name: text, keep_ms: count }),
  },
  raise: {
    params: v.union([
      v.strictObject({ rank }),
      v.strictObject({ ticket }),
      v.strictObject({ name: text }),
    ], 'must have exactly one of "rank", "ticket" and "name"'),
    result: v.object({ rank, ticket, name: text, wait_ms: count }),
  },
  ping: { params: none, result: done },
} satisfies Record<keyof typeof METHODS, { params: v.GenericSchema; result: v.GenericSchema }>;

export const DRY_RUN_SCHEMA = v.object({
  dry_run: v.literal(true),
  accepted: v.boolean(),
  executors: count,
  results: v.array(v.object({
    rank: v.optional(rank),
    ticket: v.optional(ticket),
    name: maybe,
    would_run: v.boolean(),
    reason: maybe,
    message: maybe,
  })),
  reason: maybe,
  message: maybe,
});

const programResult = v.object({
  code: integer,
  signal: maybe,
  stdout: maybe,
  stderr: maybe,
  timed_out: v.optional(v.boolean()),
});
const deliveredResult = v.strictObject({ delivered: v.literal(true), reason: maybe });

/** An executor's answer to `execute`; `options` is for those who draw values. */
export const EXECUTE_RESULT_SCHEMA = Object.assign(
  v.lazy((value) =>
    typeof value === "object" && value !== null && Object.hasOwn(value, "delivered")
      ? deliveredResult
      : programResult
  ),
  { options: [programResult, deliveredResult] },
);

export const NOTIFICATION_SCHEMAS = {
  welcome: v.object({ hint: maybe, ...welcome.entries }),
  promoted: v.object({ rank, was: rank, epoch: count, members: count }),
  execute: v.object({
    command: text,
    args: v.array(text),
    from: v.object({ rank, ticket, name: text }),
    epoch: count,
  }),
  cancel: v.object({ id }),
  result: v.object({ run: id, ...runResult.entries }),
  waiting: v.object({ hint: maybe, position: count }),
  roster_changed: v.object({
    epoch: count,
    members: count,
    joined: v.array(member),
    left: v.array(ticket),
    renamed: v.array(v.object({ ticket, name: text })),
    away: v.optional(v.array(ticket)),
    back: v.optional(v.array(ticket)),
    leased: v.optional(v.array(v.object({ ticket, lease_ms: count }))),
    missed: v.optional(v.boolean()),
  }),
  commands_changed: v.object({ commands: v.array(text) }),
  yield_requested: v.object({ within_ms: count }),
  refused: v.object({
    method: text,
    command: maybe,
    code: v.number(),
    message: text,
    data: v.optional(v.record(v.string(), v.unknown())),
  }),
  closing: v.object({ reason: text, message: maybe, retry_after_ms: v.optional(count) }),
} satisfies Record<keyof typeof NOTIFICATIONS, v.GenericSchema>;

/** What a running client says of itself. */
export const CLIENT_STATUS_SCHEMA = v.object({
  seated: v.boolean(),
  rank: v.optional(v.number()),
  ticket: v.optional(v.number()),
  epoch: v.optional(v.number()),
  capacity: v.optional(v.number()),
  lead: v.optional(v.object({
    state: v.picklist(["leading", "following", "not connected"]),
    program: v.optional(v.object({ pid: v.optional(v.number()), ticket: v.number(), since: v.number() })),
    lead_after_ms: v.optional(v.number()),
    rank_0_has_lease: v.optional(v.boolean()),
  })),
});
