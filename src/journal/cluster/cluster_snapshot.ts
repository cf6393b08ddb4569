// The state of the cluster as plain data.

import type { Position, Snapshot } from "../mod.ts";
import type { ClusterConfig } from "./cluster_record.ts";

/** A snapshot that a node has kept. */
export interface SnapshotMark {
  readonly at: Position;
  readonly chain: string;
}

/** A live node as plain data. */
export interface SavedNode {
  readonly id: string;
  readonly name: string;
  readonly address: string;
  readonly version: string;
  readonly configHash: string;
  readonly lastBeat: number;
  /** The node's own beats since the last one of each other node; nodes with none are left out. */
  readonly silences: readonly (readonly [node: string, beats: number])[];
  readonly highest: number;
  readonly missing: readonly number[];
}

/** The state after the record at `position`. */
export interface ClusterSnapshot {
  readonly log: string;
  readonly position: Position;
  readonly chain: string;
  readonly config?: ClusterConfig | undefined;
  readonly nodes: readonly SavedNode[];
  /** The newest ones, the oldest first. */
  readonly gone: readonly string[];
  readonly snapshots: readonly SnapshotMark[];
  readonly roster: Snapshot;
}
