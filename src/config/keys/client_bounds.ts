// Bounds of rankclient that no user has a reason to change: they protect it from its peers, and are far above any
// sensible use. Other limits are keys, in client_keys.ts.

import { KIBI, MEBI } from "./builders.ts";

const bounds = {
  /** Time limit for connecting. */
  connectTimeoutMs: 10_000,
  /** Time limit for the first line from the server: a suspended one accepts connections, and then stays silent. */
  firstLineMs: 10_000,
  /**
   * The same two with several addresses: then the next one is tried. Doubled with each wait after which no server has
   * answered, up to the limits above: servers that are all slow must not be given up again and again.
   */
  hangMs: 2_500,
  /**
   * Silence after which the client pings the server. Longer than the server's default for `heartbeat_ms`, so that only
   * one of the two pings.
   */
  heartbeatMs: 15_000,
  /** Further silence after which the client closes the connection. */
  silenceMs: 30_000,
  /** The same between `--via` and the running client: both are on one machine, and a person waits. */
  controlHeartbeatMs: 2_500,
  controlSilenceMs: 7_500,
  /** How long a clean close waits for unsent data, and for the other end. */
  closeTimeoutMs: 1_000,
  /** Events that wait for a consumer; beyond it the oldest are dropped. */
  eventsQueued: 1_000,
  /** The same in UTF-16 code units: a single event may be as long as a line. */
  eventsQueuedLength: 8 * MEBI,
  /** Requests without an answer; further ones fail. */
  requestsPending: 1_000,
  /** Pings without an answer; no more are sent. */
  pingsUnanswered: 100,
  /** UTF-16 code units that wait to be sent; further requests fail. */
  outgoingLength: 8 * MEBI,
  /** Messages that the server may join into one batch. */
  batchItems: 1_000,
  /** Nesting of JSON in a line from the server; its answers have five levels. */
  jsonDepth: 64,
  /** Longest answer to an `execute`: below the 1 MiB that a server's lines have by default. */
  answerBytes: MEBI - 4 * KIBI,
  /** How long a process that a program left behind may hold the output open. */
  outputAfterExitMs: 500,
  /** Interval between checks whether a process group is gone after TERM or KILL. */
  groupPollMs: 10,
  /** How long a process group is checked after KILL; it only needs to be scheduled once. */
  groupGoneMs: 500,
  /** How long the guard may take to exit after all processes of its program are gone. */
  guardEndMs: 5_000,
  /** Longest delay before a client under --lead reconnects: until one of them does, no client leads. */
  leadReconnectMs: 1_000,
  /** Rank changes that wait for the hook of an earlier one. */
  hooksWaiting: 100,
  /** JSON-RPC requests from stdin without an answer; beyond it stdin is not read. */
  pipeRequests: 16,
  /** Longest line read from stdin or a control connection: by default the server accepts no longer one. */
  inputLineBytes: MEBI,
  /** UTF-16 code units that wait for a slow stdout; beyond it live results are omitted. */
  printedLength: 4 * MEBI,
  /** UTF-16 code units of the commands that wait for a free slot; further ones fail. */
  programsQueuedLength: 16 * MEBI,
  /** Members whose names a terminal remembers; beyond it the oldest are dropped. */
  namesKnown: 100_000,
  /** Longest name that it remembers, in UTF-16 code units. */
  nameLength: 256,
  /**
   * Longest line that is typed or pasted at a terminal, in UTF-16 code units, which is also the limit of terminals; a
   * longer one is dropped. The line editor takes quadratic time for a paste.
   */
  typedLength: 4 * KIBI,
  /** Lines that wait for a slow terminal; further ones are omitted. */
  screenLines: 10_000,
  controlConnections: 16,
  /** Requests of one control connection without an answer. */
  controlRequests: 16,
};

export type ClientBounds = Readonly<typeof bounds>;

export const CLIENT_BOUNDS: ClientBounds = Object.freeze(bounds);
