// Why a record of a node did not do what its caller wanted.

import { LogRequestError } from "../nats/mod.ts";
import type { VoidReason } from "../../mod.ts";
import type { ClusterVoidReason } from "../../cluster/mod.ts";

/**
 * - `suspended`: the node is not in touch with the log; the record may be applied later nevertheless, or have been applied
 *   when the state was replaced
 * - `fenced`: the other nodes have given this one up; it goes on under a new name, and its clients claim their seats
 * - any other: the record was applied, and changed nothing
 */
export type RefusalReason = "suspended" | "fenced" | VoidReason | ClusterVoidReason;

export class AppendRefused extends Error {
  override readonly name = "AppendRefused";
  readonly reason: RefusalReason;

  constructor(reason: RefusalReason) {
    super(`Cannot append the record: ${reason}`);
    this.reason = reason;
  }
}

/** A record that was skipped is part of a snapshot: what came of it is not known. */
export function asRefused(error: unknown): never {
  throw error instanceof LogRequestError ? new AppendRefused("suspended") : error;
}
