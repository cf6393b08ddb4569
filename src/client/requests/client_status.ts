// What a running client says of itself through its control socket. The server is not asked: it answers while there is
// no connection, too.

import * as v from "valibot";
import type { ClientSession } from "../session/mod.ts";

const Lead = v.object({
  state: v.picklist(["leading", "following", "not connected"]),
  program: v.optional(v.object({ pid: v.optional(v.number()), ticket: v.number(), since: v.number() })),
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

export function statusOf({ place, lead }: Pick<ClientSession, "place" | "lead">): ClientStatus {
  if (place === undefined) return { seated: false, lead };
  // Not how many members there are: joins behind us are not told, so that number may be an old one.
  const { rank, ticket, epoch, capacity } = place;
  return { seated: true, rank, ticket, epoch, capacity, lead };
}
