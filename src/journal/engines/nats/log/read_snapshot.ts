// The snapshot from which a node can go on without missing a record.

import { LogFault } from "./log_fault.ts";
import type { LogPort, LogSnapshot, Sequence, SnapshotPort } from "./log_port.ts";

const DESCRIBE_TIMEOUT_MS = 500;

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
 * @throws {LogFault} "lost"
 */
export async function readSnapshot(port: SnapshotReaderPort): Promise<LogSnapshot | undefined> {
  const { log, snapshots, identity, signal } = port;
  const readNewest = () => port.retry(() => snapshots.read(identity, signal));
  for (;;) {
    const snapshot = await readNewest();
    const { first } = await port.retry(() => log.describe(DESCRIBE_TIMEOUT_MS));
    const position = Math.max(port.position(), snapshot?.position ?? 0);
    if (position + 1 >= first) return snapshot;
    // A purge may have been under way.
    const newer = await readNewest();
    if ((newer?.position ?? 0) > position) continue;
    throw new LogFault("lost", `The log begins at ${first}, and no snapshot replaces what was before`);
  }
}
