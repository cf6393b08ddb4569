// Messages about the own seat: place, promotion, refusals, the allow-list, the end of a connection. Unknown keys are
// ignored, since a later version of the protocol may add some.

import {
  array,
  dictionary,
  type Fields,
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
  /** Silence after which a client is sent a ping. */
  readonly heartbeat_ms: number;
  /** Silence after which its connection is closed. */
  readonly silence_ms: number;
  /** How long a seat is kept for a member whose connection broke. */
  readonly resume_grace_ms: number;
  /** The lease that this member has; 0: none. */
  readonly lease_ms: number;
  /** How long no client may lead yet: a leader of the server's earlier life may still be stopping. */
  readonly lead_after_ms: number;
}

const timesShape: Shape<Times> = object<Times>({
  heartbeat_ms: count,
  silence_ms: count,
  resume_grace_ms: count,
  lease_ms: count,
  lead_after_ms: count,
});

/** The server's limits on what a client sends, to which its answers have to be cut. */
export interface ServerLimits {
  /** Bytes of a line, without its ending; of a longer one nothing is read. */
  readonly line_bytes: number;
  /** Bytes that are kept of an executor's output, of stdout and stderr each. */
  readonly output_bytes: number;
  /** The longest time that a run waits for its executors, in ms. */
  readonly timeout_ms: number;
}

const serverLimitsShape: Shape<ServerLimits> = object<ServerLimits>({
  line_bytes: count,
  output_bytes: count,
  timeout_ms: count,
});

/** A seat: the place, and what this client needs to know of the server. */
export interface Welcome {
  /** The own rank; 0 is the highest. */
  readonly rank: number;
  /** The own arrival number. */
  readonly ticket: number;
  /** The roster's version. */
  readonly epoch: number;
  /** How many members there are. */
  readonly members: number;
  /** How many seats there are. */
  readonly capacity: number;
  /** Names of the commands that this client may send. */
  readonly commands: string[];
  /** The version of the protocol. */
  readonly protocol: number;
  /** What the messages of this client have to fit. */
  readonly limits: ServerLimits;
  /** What the times of a client have to fit. */
  readonly times: Times;
  /** Valid for one `hello` from a new connection, after this one broke. */
  readonly resume?: string | undefined;
  /** Further addresses of servers with the same ranking, "HOST:PORT" each; a client ignores those that it cannot use. */
  readonly servers?: string[] | undefined;
}

const welcomeFields: Fields<Welcome> = {
  rank,
  ticket,
  epoch: count,
  members: count,
  capacity: count,
  commands: array(string),
  protocol: number,
  limits: serverLimitsShape,
  times: timesShape,
  resume: optional(string),
  servers: optional(array(string)),
};

export const welcomeShape: Shape<Welcome> = object<Welcome>(welcomeFields);

/** Until its first line, a client may be a person, who has to know how to begin. */
export interface Hint {
  /** A sentence for people. */
  readonly hint?: string | undefined;
}

export const welcomeNoteShape: Shape<Hint & Welcome> = object<Hint & Welcome>({
  hint: optional(string),
  ...welcomeFields,
});

/** The answer to `yield`: all that is new of the place; an earlier token is invalid from now on. */
export type Place = Omit<Welcome, "capacity" | "commands" | "protocol" | "limits" | "servers">;

export const placeShape: Shape<Place> = object<Place>({
  rank,
  ticket,
  epoch: count,
  members: count,
  times: timesShape,
  resume: optional(string),
});

/** A better rank. */
export interface Promoted {
  /** The rank now. */
  readonly rank: number;
  /** The rank before. */
  readonly was: number;
  /** The roster's version. */
  readonly epoch: number;
  /** How many members there are. */
  readonly members: number;
}

export const promotedShape: Shape<Promoted> = object<Promoted>({
  rank,
  was: rank,
  epoch: count,
  members: count,
});

/** The place in the waiting room; 1 is seated next. */
export interface Waiting {
  /** Counted from 1. */
  readonly position: number;
}

export const waitingNoteShape: Shape<Hint & Waiting> = object<Hint & Waiting>({
  hint: optional(string),
  position: count,
});

/** The operator has raised another member: the leader should stop what it leads and send `yield`. */
export interface YieldRequested {
  /** How long the server waits before it evicts the leader. */
  readonly within_ms: number;
}

export const yieldRequestedShape: Shape<YieldRequested> = object<YieldRequested>({ within_ms: count });

/** The allow-list was replaced: what this client may send from now on. */
export interface CommandsChanged {
  readonly commands: string[];
}

export const commandsChangedShape: Shape<CommandsChanged> = object<CommandsChanged>({
  commands: array(string),
});

/** A notification of the client that the server did not act on. */
export interface Refused {
  /** The method of the notification; empty when it could not be read. */
  readonly method: string;
  /** The command, of a `run`. */
  readonly command?: string | undefined;
  /** The number of the error. */
  readonly code: number;
  /** Its sentence. */
  readonly message: string;
  /** What a program needs of it. */
  readonly data?: Record<string, unknown> | undefined;
}

export const refusedShape: Shape<Refused> = object<Refused>({
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
  /** Its first line was one of HTTP, SSH or another protocol that is not spoken here, or too long for a person. */
  "wrong_protocol",
  /** The server failed in handling it. */
  "fault",
] as const;
export type CloseReason = typeof CLOSE_REASONS[number];

/** Why the server closes the connection. */
export interface Closing {
  /** A {@linkcode CloseReason}, or the word of a later version. */
  readonly reason: string;
  /** A sentence for people. */
  readonly message?: string | undefined;
  /** How long to wait before connecting again. */
  readonly retry_after_ms?: number | undefined;
}

export const closingShape: Shape<Closing> = object<Closing>({
  reason: string,
  message: optional(string),
  retry_after_ms: optional(count),
});
