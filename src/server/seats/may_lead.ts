// Which member could lead in place of another, and why the operator cannot raise one.

import type { Refusal } from "../../protocol/json_rpc/mod.ts";
import type { Member } from "../connection/mod.ts";

export const CANNOT_LEAD: Refusal = {
  reason: "no_recipient",
  message: "Cannot raise this client: rank 0 may be leading, and this client could not lead instead: " +
    "it has no lease or is not connected; evict rank 0 to free its seat",
};

export const MUST_YIELD: Refusal = {
  reason: "unavailable",
  message: "Cannot raise this client: it must yield or leave first, because another client was raised; " +
    "repeat the command when it has another rank",
};

export const NOT_SHARED: Refusal = {
  reason: "unavailable",
  message: "Cannot raise a client while several servers share the ranking: evict the clients above it, " +
    "or let them yield",
};

/** Whether a member could lead in place of one that yields. */
export function mayLead({ isOpen, leaseMs }: Pick<Member, "isOpen" | "leaseMs">): boolean {
  return isOpen && leaseMs > 0;
}
