// The options and events of a node.

import type { ClusterConfig, ClusterEffect, ClusterEntry, LocalClients } from "../../cluster/mod.ts";
import type { LogFault, LogPort, LogSystem, SnapshotPort } from "../nats/mod.ts";

export interface AppliedRecord<Member> {
  readonly position: number;
  readonly entry: ClusterEntry;
  readonly effects: readonly ClusterEffect<Member>[];
}

export type NodeEvent =
  | { readonly kind: "suspended"; readonly reason?: string }
  | { readonly kind: "resumed" }
  /** The node continues under another name: all its clients must claim their seats again. */
  | { readonly kind: "renewed"; readonly node: string; readonly why: "fenced" | "diverged" }
  /** The state was replaced by that of a snapshot or by an empty one: the outcome of the records between is not known. */
  | { readonly kind: "loaded" }
  /** The node has stopped. Trying again does not help. */
  | { readonly kind: "fault"; readonly fault: LogFault };

/** Settings that must be the same on all nodes. Those of the first node of a log apply. */
export type NodeSettings = Pick<ClusterConfig, "capacity" | "waitingCapacity" | "leaseMaxMs">;

export interface ClusterNodeOptions<Member> {
  readonly log: LogPort;
  readonly snapshots: SnapshotPort;
  readonly system: LogSystem;
  /** Of the log, from `LogPort.describe`. */
  readonly identity: string;
  /** As configured. The node adds digits to it, new ones for each name that it takes. */
  readonly name: string;
  /** Where clients reach it, as HOST:PORT; "" if that is not known. */
  readonly address: string;
  /** Of the program. */
  readonly version: string;
  /** Of settings that should be the same on all nodes, but need not be. */
  readonly configHash: string;
  readonly settings: NodeSettings;
  /** How long the seat of a client that is away is kept: at least the longest lease. */
  readonly graceMs: number;
  /** A snapshot is kept at each position that is a multiple of this. */
  readonly snapshotEvery?: number;
  readonly clients: LocalClients;
  /** The member of a seat until another one is attached. */
  readonly placeholder: Member;
  /** Called for each record, before its append() resolves. */
  readonly onApplied: (applied: AppliedRecord<Member>) => void;
  readonly onEvent: (event: NodeEvent) => void;
}
