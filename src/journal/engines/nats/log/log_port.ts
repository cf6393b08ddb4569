// What the log needs of the system that keeps it. nats_log.ts and nats_snapshots.ts have it for NATS; tests and the
// simulator have others.

import type { LogFault } from "./log_fault.ts";

/** The place of a record in the log: from 1, without a hole. */
export type Sequence = number;

export interface Acknowledgment {
  readonly sequence: Sequence;
}

export interface LogDescription {
  /** Differs for each stream that was ever created. */
  readonly identity: string;
  readonly first: Sequence;
  readonly last: Sequence;
}

/** A replica may hang, or be behind; the leader may be unreachable. */
export type Source = "replica" | "leader";

export type LogPortEvent =
  | { readonly kind: "connected" }
  | { readonly kind: "disconnected" }
  | { readonly kind: "fault"; readonly fault: LogFault };

/** All requests reject with a `LogRequestError`, and may take no longer than `timeoutMs`. */
export interface LogPort {
  readonly isConnected: boolean;
  /** One attempt. A record with the same id is stored once within some minutes; then this is the sequence that it has. */
  append(record: string, id: string, timeoutMs: number): Promise<Acknowledgment>;
  /** `undefined`: it is not there, or not yet. */
  read(sequence: Sequence, from: Source, timeoutMs: number): Promise<Uint8Array | undefined>;
  /** The first from `sequence` on that is there. */
  readNext(sequence: Sequence, from: Source, timeoutMs: number): Promise<Sequence | undefined>;
  describe(timeoutMs: number): Promise<LogDescription>;
  /** New records, mostly in order; any of them may be missing or come twice. The result ends it. */
  follow(listener: (sequence: Sequence, data: Uint8Array) => void): () => void;
  /** The result ends it. */
  watch(listener: (event: LogPortEvent) => void): () => void;
}

export interface LogSnapshot {
  /** Of the last record that is in it. */
  readonly position: Sequence;
  readonly state: string;
}

/** All requests reject with a `LogRequestError`. */
export interface SnapshotPort {
  /** The newest one of this log. @throws {LogFault} "lost", when it is damaged */
  read(identity: string, signal: AbortSignal): Promise<LogSnapshot | undefined>;
  /** Nothing is written where there is a newer one. */
  write(identity: string, snapshot: LogSnapshot, signal: AbortSignal): Promise<void>;
  /**
   * Deletes the snapshot at `position`, and the records up to it. A newer snapshot must be there. Deletes nothing of another
   * log, where the same positions are other records.
   */
  purge(identity: string, position: Sequence, signal: AbortSignal): Promise<void>;
}
