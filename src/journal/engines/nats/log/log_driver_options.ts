// What a driver of the log is given, and what it tells.

import type { LogFault } from "./log_fault.ts";
import type { LogPort, LogSnapshot, Sequence, SnapshotPort } from "./log_port.ts";
import type { LogRecord, RecordBody } from "./log_record.ts";
import type { LogSystem } from "./retry.ts";

export type LogEvent =
  /** Neither this node's state nor its appends are current. `reason` is the last failure, if any. */
  | { readonly kind: "suspended"; readonly reason?: string }
  | { readonly kind: "resumed" }
  /** The driver has stopped. */
  | { readonly kind: "fault"; readonly fault: LogFault };

export interface LogRules<Outcome> {
  /**
   * Applies a record. One of another log, or whose `pos` is not below its sequence, must change nothing that it asks for.
   *
   * @throws when it is not known: the driver stops
   */
  apply(sequence: Sequence, record: LogRecord): Outcome;
  /** Replaces the state. */
  restore(snapshot: LogSnapshot): void;
  beat(): RecordBody;
}

export interface LogDriverOptions<Outcome> {
  readonly log: LogPort;
  readonly snapshots: SnapshotPort;
  readonly system: LogSystem;
  /** Of the log, from `LogPort.describe`. */
  readonly identity: string;
  /** A name that no other incarnation has had. */
  readonly node: string;
  readonly rules: LogRules<Outcome>;
  readonly onEvent: (event: LogEvent) => void;
}
