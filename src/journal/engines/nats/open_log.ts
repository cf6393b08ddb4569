// The log of a ranking in NATS, ready to be followed.

import type { NatsLink } from "./link/mod.ts";
import type { LogPort, LogRequestError, LogSystem, SnapshotPort } from "./log/mod.ts";
import { namesOf } from "./names.ts";
import { NatsLog } from "./nats_log.ts";
import { NatsSnapshots } from "./nats_snapshots.ts";
import { checkServerVersion, ensureStreams } from "./streams.ts";

export interface OpenLogOptions {
  /** Of the ranking: letters, digits, "_" and "-". */
  readonly name: string;
  readonly replicas: 1 | 3;
  readonly system: LogSystem;
  /** Called with each failure before it tries again. */
  readonly onFailure?: (error: LogRequestError) => void;
}

export interface OpenLog {
  readonly log: LogPort;
  readonly snapshots: SnapshotPort;
  readonly identity: string;
}

/**
 * Makes the streams where they are missing. Tries until NATS has answered.
 *
 * @throws {LogFault} "different", "old-server" or "denied"
 */
export async function openLog(
  link: NatsLink,
  options: OpenLogOptions,
  signal: AbortSignal,
): Promise<OpenLog> {
  const { name, replicas, system, onFailure } = options;
  const names = namesOf(name);
  checkServerVersion(link.serverVersion, replicas);
  const identity = await ensureStreams(link, names, replicas, system, signal, onFailure);
  return {
    log: new NatsLog(link, names, replicas),
    snapshots: new NatsSnapshots(link, names, system),
    identity,
  };
}
