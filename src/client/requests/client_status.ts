// What a running client says of itself through its control socket. It answers while there is no connection, too: the
// server is asked for one detail only, and for a short time.

import {
  boolean,
  choice,
  METHODS,
  number,
  object,
  optional,
  readShape,
  type Shape,
} from "../../protocol/methods/mod.ts";
import { settlesWithin } from "../../time/mod.ts";
import type { ClientSession, LeadStatus } from "../session/mod.ts";

/** The state of `--lead`, with what the server adds. */
export interface ShownLeadStatus extends LeadStatus {
  /** False: rank 0 is a client that cannot lead, and keeps the others from it. Absent: not known, or it has one. */
  readonly rank_0_has_lease?: boolean | undefined;
}

export interface ClientStatus {
  readonly seated: boolean;
  readonly rank?: number | undefined;
  readonly ticket?: number | undefined;
  readonly epoch?: number | undefined;
  readonly capacity?: number | undefined;
  /** Absent: the client does not run under --lead. */
  readonly lead?: ShownLeadStatus | undefined;
}

export const ClientStatus: Shape<ClientStatus> = object<ClientStatus>({
  seated: boolean,
  rank: optional(number),
  ticket: optional(number),
  epoch: optional(number),
  capacity: optional(number),
  lead: optional(object<ShownLeadStatus>({
    state: choice(["leading", "following", "not connected"]),
    program: optional(object<NonNullable<LeadStatus["program"]>>({
      pid: optional(number),
      ticket: number,
      since: number,
    })),
    lead_after_ms: optional(number),
    rank_0_has_lease: optional(boolean),
  })),
});

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
  const read = readShape(METHODS.roster.result, await asked);
  if (!read.ok) return undefined;
  const { members, you } = read.value;
  const leaseOf = (rank: number) => members.find((member) => member.rank === rank)?.lease_ms;
  // Ours has one: a server that does not say so says it of no member.
  return leaseOf(you) !== undefined && leaseOf(0) === undefined ? false : undefined;
}
