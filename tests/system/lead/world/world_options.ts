// What a world of leaders can be like: its times, and the configurations that come of them.

import type { Programs } from "./programs.ts";

/** Long enough for a machine that is busy with other tests. */
export const LEASE_MS = 1_200;
export const KILL_AFTER_MS = 150;
/** A server of several answers a ping when its next beat has come back, so a third of the lease is more than that takes. */
export const CLUSTER_LEASE_MS = 3_000;

/** The server lets a leader lead as soon as there is one: it knows that nothing was granted before its start. */
export const AT_ONCE = { hasStore: true, knowsAllLeases: true };
/** Far longer than a test waits for anything: a next leader has not waited for it. */
export const LONG_LEASE_MS = 600_000;
export const LONG = { ...AT_ONCE, leaseMaxMs: LONG_LEASE_MS };

export interface WorldOptions {
  /** Absent: from their sources. */
  readonly programs?: Programs;
  /** Seats outlive a restart of the server. */
  readonly hasStore?: boolean;
  /** Where the store is; absent: in the world's own folder. */
  readonly storeFolder?: string;
  readonly leaseMaxMs?: number;
  /** So many servers with one ranking; {@linkcode CLUSTER_LEASE_MS} is the lease then. */
  readonly servers?: number;
  /** The store is one of a server that was up for long. */
  readonly knowsAllLeases?: boolean;
  /** Two programs at once are what the test is about; then nothing that waits fails with them. */
  readonly mayOverlap?: boolean;
  /** The server's time of day is the test's to set. */
  readonly fakesServerTime?: boolean;
  /** More of the server's configuration. */
  readonly toml?: string;
}

export interface LeaderOptions {
  readonly program?: readonly string[];
  readonly flags?: readonly string[];
  readonly toml?: string;
  /** The client with its first arguments, in place of the world's. */
  readonly client?: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  /** Ports of this machine at which the client finds the server as well. */
  readonly otherPorts?: readonly number[];
  /** A file, a FIFO or a device. */
  readonly stderr?: string;
  /** A line of sh before the client starts. */
  readonly before?: string;
}

/** How the program of a leader behaves (program.sh). */
export type Mode = "slow" | "stubborn" | "family" | "outsider" | "threads" | "hopping";

export function clientToml(more = "", leaseMs = LEASE_MS): string {
  return `[lead]
lease_ms = ${leaseMs}
kill_after_ms = ${KILL_AFTER_MS}
${more}
[limits]
reconnect_min_ms = 50
reconnect_max_ms = 200
`;
}

export const LONG_TOML = clientToml("", LONG_LEASE_MS);
