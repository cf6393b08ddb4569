// When a member may not give up its place: it has a lease, perhaps with a program that would be stopped for it, and no
// member behind it could lead instead.

import type { Refusal } from "../../protocol/json_rpc/mod.ts";
import type { Seat } from "../../ranks/mod.ts";
import type { Member } from "../connection/mod.ts";

const NO_SUCCESSOR: Refusal = {
  reason: "no_recipient",
  message: "no client behind you could lead: none that is connected has a lease",
};

/** @param roster by rank, everything settled */
export function refuseYield(
  roster: readonly Seat<Member>[],
  { rank, member }: Seat<Member>,
): Refusal | undefined {
  if (member.leaseMs === 0) return undefined;
  const isFollowed = roster.slice(rank + 1).some(({ member }) => member.isOpen && member.leaseMs > 0);
  return isFollowed ? undefined : NO_SUCCESSOR;
}
