// What is said about seats: the own place, the roster and its changes, the end of a connection. Keys that are not known
// are ignored, since a later version of the protocol may add some.

import {
  array,
  boolean,
  dictionary,
  integer,
  number,
  object,
  optional,
  type Shape,
  string,
} from "./shapes.ts";

const rank = integer(0);
const ticket = integer();
const count = integer(0);

/** The version of the protocol that `welcome` states. */
export const PROTOCOL_VERSION = 1;

/** The server's own times, which a client's have to fit. All in ms. */
export interface Times {
  /** Silence after which a client is sent a ping, and after which its connection is closed. */
  readonly heartbeat_ms: number;
  readonly silence_ms: number;
  /** How long a seat is kept for a member whose connection broke. */
  readonly resume_grace_ms: number;
  /** The lease that this member has; 0: none. */
  readonly lease_ms: number;
  /** How long no client may lead yet: a leader of the server's earlier life may still be stopping. */
  readonly lead_after_ms: number;
}

const Times: Shape<Times> = object<Times>({
  heartbeat_ms: count,
  silence_ms: count,
  resume_grace_ms: count,
  lease_ms: count,
  lead_after_ms: count,
});

export interface Welcome {
  readonly rank: number;
  readonly ticket: number;
  readonly epoch: number;
  readonly members: number;
  readonly capacity: number;
  /** Names of the commands that this client may send. */
  readonly commands: string[];
  readonly protocol: number;
  readonly times: Times;
  /** Valid for one `hello` from a new connection, after this one broke. */
  readonly resume?: string | undefined;
}

export const Welcome: Shape<Welcome> = object<Welcome>({
  rank,
  ticket,
  epoch: count,
  members: count,
  capacity: count,
  commands: array(string),
  protocol: number,
  times: Times,
  resume: optional(string),
});

/** The answer to `yield`: all that is new of the place; an earlier token is invalid from now on. */
export type Place = Omit<Welcome, "capacity" | "commands" | "protocol">;

export const Place: Shape<Place> = object<Place>({
  rank,
  ticket,
  epoch: count,
  members: count,
  times: Times,
  resume: optional(string),
});

export interface Promoted {
  readonly rank: number;
  readonly was: number;
  readonly epoch: number;
  readonly members: number;
}

export const Promoted: Shape<Promoted> = object<Promoted>({ rank, was: rank, epoch: count, members: count });

/** The place in the waiting room; 1 is seated next. */
export interface Waiting {
  readonly position: number;
}

export const Waiting: Shape<Waiting> = object<Waiting>({ position: count });

/** A member as the roster shows it; `address` is "ip:port", `since` an ISO 8601 time. */
export interface Member {
  readonly rank: number;
  readonly ticket: number;
  readonly name: string;
  readonly address: string;
  readonly since: string;
  /** Its connection broke and its seat is kept for it. */
  readonly away?: boolean | undefined;
  /** The lease that it holds, in ms; absent: it has none, and leads nothing. */
  readonly lease_ms?: number | undefined;
}

const Member: Shape<Member> = object<Member>({
  rank,
  ticket,
  name: string,
  address: string,
  since: string,
  away: optional(boolean),
  lease_ms: optional(count),
});

export interface Roster {
  readonly epoch: number;
  readonly capacity: number;
  readonly members: Member[];
  /** The rank of the member that asks. */
  readonly you: number;
}

export const Roster: Shape<Roster> = object<Roster>({
  epoch: count,
  capacity: count,
  members: array(Member),
  you: rank,
});

export interface RosterChanged {
  readonly epoch: number;
  readonly members: number;
  readonly joined: Member[];
  /** Tickets of those who left. */
  readonly left: number[];
  readonly renamed: { readonly ticket: number; readonly name: string }[];
  /** Tickets of those whose connections ended and whose seats are kept, and of those who took theirs back. */
  readonly away?: number[] | undefined;
  readonly back?: number[] | undefined;
  /** Members that were granted a lease, or a longer one. */
  readonly leased?: { readonly ticket: number; readonly lease_ms: number }[] | undefined;
  /** This client was too slow for some of these notifications: `roster` has the whole. */
  readonly missed?: boolean | undefined;
}

export const RosterChanged: Shape<RosterChanged> = object<RosterChanged>({
  epoch: count,
  members: count,
  joined: array(Member),
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

/** The allow-list was replaced: what this client may send from now on. */
export interface CommandsChanged {
  readonly commands: string[];
}

export const CommandsChanged: Shape<CommandsChanged> = object<CommandsChanged>({ commands: array(string) });

/** A notification of the client that the server did not act on. */
export interface Refused {
  readonly method: string;
  readonly command?: string | undefined;
  readonly code: number;
  readonly message: string;
  readonly data?: Record<string, unknown> | undefined;
}

export const Refused: Shape<Refused> = object<Refused>({
  method: string,
  command: optional(string),
  code: number,
  message: string,
  data: optional(dictionary),
});

/** Why the server ends a connection, in one word; also in the log. */
export const CLOSE_REASONS = [
  /** The client closed its side, or said that it leaves. */
  "left",
  /** The connection broke. */
  "reset",
  "full",
  /** Its unsent bytes exceeded the limit. */
  "slow_reader",
  /** It was silent for too long and did not answer. */
  "timed_out",
  /** Another connection took over its seat with its token. */
  "replaced",
  /** Its seat was taken away. */
  "evicted",
  /** It showed no token, or an invalid one. */
  "unauthenticated",
  /** Its token is no longer valid. */
  "revoked",
  /** Too many connections, or refused tokens, of its address; or too many that have shown no token. */
  "rate_limited",
  /** It has a lease, and the server cannot save what a lease relies on. */
  "unavailable",
  "shutdown",
  /** It spoke TLS to a port that has none. */
  "no_tls",
  /** The server failed in handling it. */
  "fault",
] as const;
export type CloseReason = typeof CLOSE_REASONS[number];

export interface Closing {
  /** A {@linkcode CloseReason}, or the word of a later version. */
  readonly reason: string;
  readonly message?: string | undefined;
  readonly retry_after_ms?: number | undefined;
}

export const Closing: Shape<Closing> = object<Closing>({
  reason: string,
  message: optional(string),
  retry_after_ms: optional(count),
});
