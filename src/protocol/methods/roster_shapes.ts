// The roster and its changes. Keys that are not known are ignored, since a later version of the protocol may add some.

import { array, boolean, integer, object, optional, type Shape, string } from "./shapes.ts";

const rank = integer(0);
const ticket = integer();
const count = integer(0);

/** A member as the roster shows it. */
export interface Member {
  /** Its rank; 0 is the highest. */
  readonly rank: number;
  /** Its arrival number. */
  readonly ticket: number;
  /** Its name. */
  readonly name: string;
  /** "ip:port". */
  readonly address: string;
  /** When it took its seat, as an ISO 8601 time. */
  readonly since: string;
  /** Its connection broke and its seat is kept for it. */
  readonly away?: boolean | undefined;
  /** The lease that it holds, in ms; absent: it has none, and leads nothing. */
  readonly lease_ms?: number | undefined;
}

export const memberFields = {
  rank,
  ticket,
  name: string,
  address: string,
  since: string,
  away: optional(boolean),
  lease_ms: optional(count),
};

export const memberShape: Shape<Member> = object<Member>(memberFields);

/** All members. */
export interface Roster {
  /** Its version. */
  readonly epoch: number;
  /** How many seats there are. */
  readonly capacity: number;
  /** In rank order. */
  readonly members: Member[];
  /** The rank of the member that asks. */
  readonly you: number;
}

export const rosterShape: Shape<Roster> = object<Roster>({
  epoch: count,
  capacity: count,
  members: array(memberShape),
  you: rank,
});

/** What has changed in the roster since the last of these. */
export interface RosterChanged {
  /** The roster's version now. */
  readonly epoch: number;
  /** How many members there are now. */
  readonly members: number;
  /** New members. */
  readonly joined: Member[];
  /** Tickets of members that left. */
  readonly left: number[];
  /** Members with new names. */
  readonly renamed: { readonly ticket: number; readonly name: string }[];
  /** Tickets of members whose connections broke and whose seats are kept. */
  readonly away?: number[] | undefined;
  /** Tickets of members that resumed their seats. */
  readonly back?: number[] | undefined;
  /** Members that were granted a lease, or a longer one. */
  readonly leased?: { readonly ticket: number; readonly lease_ms: number }[] | undefined;
  /** This client was too slow for some of these notifications: `roster` has the whole. */
  readonly missed?: boolean | undefined;
}

export const rosterChangedShape: Shape<RosterChanged> = object<RosterChanged>({
  epoch: count,
  members: count,
  joined: array(memberShape),
  left: array(ticket),
  renamed: array(object<RosterChanged["renamed"][number]>({ ticket, name: string })),
  away: optional(array(ticket)),
  back: optional(array(ticket)),
  leased: optional(array(object<{ readonly ticket: number; readonly lease_ms: number }>({
    ticket,
    lease_ms: count,
  }))),
  missed: optional(boolean),
});
