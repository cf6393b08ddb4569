// How much of each limit of the server is in use. The simulator compares it with the limits, and the metrics show it.

import type { LoginGate } from "./login/mod.ts";
import type { Seating } from "./seats/mod.ts";
import type { Session } from "./connection/mod.ts";

export interface ServerUsage {
  /** Connections, including those that are about to end. */
  readonly connections: number;
  /** Connections that have been closed and still have data to send, or wait for the other end to close. */
  readonly lingering: number;
  /** Connections that have not logged in. */
  readonly pendingLogins: number;
  /** Addresses whose failed logins are counted. */
  readonly failureAddresses: number;
  /** Clients in the waiting room. */
  readonly waiting: number;
  /** The most clients that may wait. */
  readonly waitingCapacity: number;
  /** The longest send queue of a connection. */
  readonly outboxBytes: number;
  /** All send queues together. */
  readonly outboxTotalBytes: number;
  /** The limit of one. */
  readonly outboxLimitBytes: number;
  /** The longest unfinished line of a client. */
  readonly lineBytes: number;
  /** The same for a connection that has not logged in. */
  readonly pendingLineBytes: number;
}

interface UsageParts {
  readonly sessions: ReadonlySet<Session>;
  readonly lingering: { readonly size: number };
  readonly gate: LoginGate;
  readonly seating: Seating;
  /** The limit of a send queue. */
  readonly outboxBytes: number;
}

export function measureUsage(
  { sessions, lingering, gate, seating, outboxBytes }: UsageParts,
): ServerUsage {
  let [longestBytes, totalBytes, lineBytes, pendingLineBytes] = [0, 0, 0, 0];
  for (const session of sessions) {
    const { unfinishedBytes, mode } = session;
    const queuedBytes = outboxBytes - session.outboxRoom;
    longestBytes = Math.max(longestBytes, queuedBytes);
    totalBytes += queuedBytes;
    lineBytes = Math.max(lineBytes, unfinishedBytes);
    if (mode === "pending") pendingLineBytes = Math.max(pendingLineBytes, unfinishedBytes);
  }
  return {
    connections: sessions.size,
    lingering: lingering.size,
    ...gate.usage,
    waiting: seating.waiting.size,
    waitingCapacity: seating.waitingCapacity,
    outboxBytes: longestBytes,
    outboxTotalBytes: totalBytes,
    outboxLimitBytes: outboxBytes,
    lineBytes,
    pendingLineBytes,
  };
}
