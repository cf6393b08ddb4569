// What a running client says of itself through its control socket. The server is not asked: it answers while there is
// no connection, too.

import * as v from "valibot";
import type { OwnPlace } from "./session_port.ts";

export const ClientStatus = v.object({
  seated: v.boolean(),
  rank: v.optional(v.number()),
  ticket: v.optional(v.number()),
  epoch: v.optional(v.number()),
  capacity: v.optional(v.number()),
});
export type ClientStatus = v.InferOutput<typeof ClientStatus>;

export function statusOf(place: OwnPlace | undefined): ClientStatus {
  if (place === undefined) return { seated: false };
  // Not how many members there are: joins behind us are not told, so that number may be an old one.
  const { rank, ticket, epoch, capacity } = place;
  return { seated: true, rank, ticket, epoch, capacity };
}
