// What a running client says of itself through its control socket. The server is not asked: it answers while there is
// no connection, too.

import { boolean, choice, number, object, optional, type Shape } from "../../protocol/methods/mod.ts";
import type { ClientSession, LeadStatus } from "../session/mod.ts";

export interface ClientStatus {
  readonly seated: boolean;
  readonly rank?: number | undefined;
  readonly ticket?: number | undefined;
  readonly epoch?: number | undefined;
  readonly capacity?: number | undefined;
  /** Absent: the client does not run under --lead. */
  readonly lead?: LeadStatus | undefined;
}

export const ClientStatus: Shape<ClientStatus> = object<ClientStatus>({
  seated: boolean,
  rank: optional(number),
  ticket: optional(number),
  epoch: optional(number),
  capacity: optional(number),
  lead: optional(object<LeadStatus>({
    state: choice(["leading", "following", "not connected"]),
    program: optional(object<NonNullable<LeadStatus["program"]>>({
      pid: optional(number),
      ticket: number,
      since: number,
    })),
  })),
});

export function statusOf({ place, lead }: Pick<ClientSession, "place" | "lead">): ClientStatus {
  if (place === undefined) return { seated: false, lead };
  // Not how many members there are: joins behind us are not told, so that number may be an old one.
  const { rank, ticket, epoch, capacity } = place;
  return { seated: true, rank, ticket, epoch, capacity, lead };
}
