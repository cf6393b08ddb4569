// The snapshot from which a node can go on without missing a record.

import { LogFault, LogRequestError } from "./log_fault.ts";
import type { LogPort, LogSnapshot, Sequence, SnapshotPort } from "./log_port.ts";
import { recreated } from "./log_tail.ts";

const DESCRIBE_TIMEOUT_MS = 500;
/** So often does no snapshot replace the records that were purged until they are lost: those who answer may be behind. */
const MAX_READS = 8;

export interface SnapshotReaderPort {
  readonly log: Pick<LogPort, "describe">;
  readonly snapshots: Pick<SnapshotPort, "read">;
  readonly identity: string;
  readonly signal: AbortSignal;
  /** Of the last record that was applied. */
  position(): Sequence;
  retry<Result>(attempt: () => Promise<Result>): Promise<Result>;
}

/**
 * @returns the newest one, which may be older than what was applied, or `undefined`: none is needed
 * @throws {LogFault} "lost" or "recreated"
 */
export async function readSnapshot(port: SnapshotReaderPort): Promise<LogSnapshot | undefined> {
  const { log, snapshots, identity, signal } = port;
  let reads = 0;
  return await port.retry(async () => {
    const snapshot = await snapshots.read(identity, signal);
    const { first, identity: present } = await log.describe(DESCRIBE_TIMEOUT_MS);
    if (present !== identity) throw recreated();
    if (Math.max(port.position(), snapshot?.position ?? 0) + 1 >= first) return snapshot;
    // A purge may have been under way.
    const message = `The log begins at ${first}, and no snapshot replaces what was before`;
    throw ++reads < MAX_READS ? new LogRequestError(message) : new LogFault("lost", message);
  });
}
