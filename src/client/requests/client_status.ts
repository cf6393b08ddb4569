// What a running client says of itself through its control socket. It answers while there is no connection, too: the
// server is asked for one detail only, and for a short time.

import * as v from "valibot";
import { readShape, Roster } from "../../protocol/methods/methods.ts";
import type { ClientSession } from "../session/mod.ts";
import { settlesWithin } from "../../time/mod.ts";

const Lead = v.object({
  state: v.picklist(["leading", "following", "not connected"]),
  program: v.optional(v.object({ pid: v.optional(v.number()), ticket: v.number(), since: v.number() })),
  /** No client may lead for so long yet. */
  lead_after_ms: v.optional(v.number()),
  /** False: rank 0 is a client that cannot lead, and keeps the others from it. Absent: it is not known, or has one. */
  rank_0_has_lease: v.optional(v.boolean()),
});

export const ClientStatus = v.object({
  seated: v.boolean(),
  rank: v.optional(v.number()),
  ticket: v.optional(v.number()),
  epoch: v.optional(v.number()),
  capacity: v.optional(v.number()),
  /** Absent: the client does not run under --lead. */
  lead: v.optional(Lead),
});
export type ClientStatus = v.InferOutput<typeof ClientStatus>;

/** How long the server may take to say who has a lease. */
const ROSTER_MS = 500;

export async function statusOf(
  session: Pick<ClientSession, "place" | "lead" | "request">,
): Promise<ClientStatus> {
  const { place, lead } = session;
  if (place === undefined) return { seated: false, lead };
  // Not how many members there are: joins behind us are not told, so that number may be an old one.
  const { rank, ticket, epoch, capacity } = place;
  const status = { seated: true, rank, ticket, epoch, capacity };
  if (lead?.state !== "following" || rank === 0) return { ...status, lead };
  return { ...status, lead: { ...lead, rank_0_has_lease: await hasRankZeroLease(session) } };
}

/** `undefined`: not known, or it has one. */
async function hasRankZeroLease(session: Pick<ClientSession, "request">): Promise<false | undefined> {
  const asked = session.request("roster").catch(() => undefined);
  if (!await settlesWithin(asked, ROSTER_MS)) return undefined;
  const read = readShape(Roster, await asked);
  if (!read.ok) return undefined;
  const { members, you } = read.value;
  const leaseOf = (rank: number) => members.find((member) => member.rank === rank)?.lease_ms;
  // Ours has one: a server that does not say so says it of no member.
  return leaseOf(you) !== undefined && leaseOf(0) === undefined ? false : undefined;
}
