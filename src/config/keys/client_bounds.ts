// Bounds of rankclient that nobody has a reason to change: they protect it from its peers and are far from any sensible
// use. What one would change is a setting, in client_settings.ts.

import { KIBI, MEBI } from "./builders.ts";

const bounds = {
  /** Until a connection attempt counts as failed. */
  connectTimeoutMs: 10_000,
  /** From a connection to the first line from the server: a stopped one accepts connections and says nothing. */
  firstLineMs: 10_000,
  /**
   * Without a byte from the server for so long, it is asked for one. Longer than `heartbeat_ms` of a server is by
   * default: while that asks, its clients do not.
   */
  heartbeatMs: 15_000,
  /** Without a byte for so long after that, the connection is given up. */
  silenceMs: 30_000,
  /** The same between `--via` and the client that it asks: on one machine, and with a person who waits. */
  controlHeartbeatMs: 2_500,
  controlSilenceMs: 7_500,
  /** How long a clean close waits for what is unsent, and for the other end. */
  closeTimeoutMs: 1_000,
  /** Events that wait for a consumer; the oldest are dropped beyond it. */
  eventsQueued: 1_000,
  /** The same in UTF-16 code units of what they hold: a single one may be as long as a line. */
  eventsQueuedLength: 8 * MEBI,
  /** Requests without an answer; further ones fail. */
  requestsPending: 1_000,
  /** Pings without an answer; no further one is sent. */
  pingsUnanswered: 100,
  /** UTF-16 code units that wait to be sent; further requests fail. */
  outgoingLength: 8 * MEBI,
  /** Messages that the server may join into one batch. */
  batchItems: 1_000,
  /** Objects and arrays within each other in a line of the server; its answers have five. */
  jsonDepth: 64,
  /** Longest answer to an `execute`: below the 1 MiB that a server's lines have by default. */
  answerBytes: MEBI - 4 * KIBI,
  /** How long the output of a program that has ended may be held open by what it left behind. */
  outputAfterExitMs: 500,
  /** Between two looks at whether a process group that got TERM or KILL is gone. */
  groupPollMs: 10,
  /** How long a process group is looked at after KILL; it needs no more than to be scheduled once. */
  groupGoneMs: 500,
  /** How long the guard of a program may need to end, once nothing of the program is left. */
  guardEndMs: 5_000,
  /** Longest wait before a client under --lead connects again: no client leads before one of them is back. */
  leadReconnectMs: 1_000,
  /** Changes of the own rank that wait for the hook of the one before. */
  hooksWaiting: 100,
  /** JSON-RPC requests from stdin without an answer; stdin is not read meanwhile. */
  pipeRequests: 16,
  /** Longest line read from stdin or from a control connection: the server takes no longer one by default. */
  inputLineBytes: MEBI,
  /** UTF-16 code units that wait for a slow stdout before live results are left out. */
  printedLength: 4 * MEBI,
  /** UTF-16 code units of the commands that wait for their turn; further ones fail. */
  programsQueuedLength: 16 * MEBI,
  /** Members whose names a terminal remembers; the longest known are forgotten beyond it. */
  namesKnown: 100_000,
  /** Longest name that it remembers, in UTF-16 code units. */
  nameLength: 256,
  /**
   * Longest line that is typed or pasted at a terminal, in UTF-16 code units, as of terminals themselves; a longer one is
   * dropped. The time that the line editor takes for a paste grows with its square.
   */
  typedLength: 4 * KIBI,
  /** Lines that wait for a slow terminal; further ones are left out. */
  screenLines: 10_000,
  controlConnections: 16,
  /** Requests of one control connection without an answer. */
  controlRequests: 16,
};

export type ClientBounds = Readonly<typeof bounds>;

export const CLIENT_BOUNDS: ClientBounds = Object.freeze(bounds);
