// Why a record of a node did not do what its caller wanted.

import type { VoidReason } from "../../mod.ts";
import type { ClusterVoidReason } from "../../cluster/mod.ts";

/**
 * - `suspended`: the node is not in touch with the log; the record may be applied later nevertheless
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
