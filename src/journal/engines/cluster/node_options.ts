// What a node is given, and what it tells.

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
  /** The node goes on as another one: all its clients must claim their seats again. */
  | { readonly kind: "renewed"; readonly node: string; readonly why: "fenced" | "diverged" }
  /** The state was replaced, by one of a snapshot or an empty one: what came of the records between is not known. */
  | { readonly kind: "loaded" }
  /** The node has stopped, and trying again does not help. */
  | { readonly kind: "fault"; readonly fault: LogFault };

/** What all nodes must have in common: the first one of a log decides. */
export type NodeSettings = Pick<ClusterConfig, "capacity" | "waitingCapacity" | "leaseMaxMs">;

export interface ClusterNodeOptions<Member> {
  readonly log: LogPort;
  readonly snapshots: SnapshotPort;
  readonly system: LogSystem;
  /** Of the log, from `LogPort.describe`. */
  readonly identity: string;
  /** As configured. Each life of the node gets a name of its own. */
  readonly name: string;
  /** Where clients reach it, as HOST:PORT; "": not known. */
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
