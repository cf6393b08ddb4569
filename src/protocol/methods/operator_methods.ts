// What the operator of a server may ask through its control socket: the shapes of params and results. The envelope is
// JSON-RPC, one JSON text a line, as everywhere.

import * as v from "valibot";

export type { EvictParams } from "./params.ts";

const count = v.pipe(v.number(), v.safeInteger(), v.minValue(0));

/** The answer to `status`. */
export const ServerStatus = v.object({
  version: v.string(),
  /** Where it listens, "ip:port". */
  address: v.string(),
  uptime_ms: count,
  members: count,
  capacity: count,
  epoch: count,
  /** Members whose connections broke and whose seats are kept. */
  away: count,
  /** Clients in the waiting room. */
  waiting: count,
  /** Connections, those included that are about to end. */
  connections: count,
  runs_in_flight: count,
  /** Answers to commands that nobody waited for (any more). */
  late_answers: count,
  is_draining: v.boolean(),
});
export type ServerStatus = v.InferOutput<typeof ServerStatus>;

/** The answer to `evict`. */
export const Evicted = v.object({
  rank: count,
  ticket: v.pipe(v.number(), v.safeInteger()),
  name: v.string(),
  /** How long the seat stays empty, because its member had a lease: only then the others are promoted. */
  keep_ms: count,
});
export type Evicted = v.InferOutput<typeof Evicted>;
