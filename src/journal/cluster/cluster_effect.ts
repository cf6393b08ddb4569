// What comes of a record of the cluster.

import type { Arrival, Effect, RosterSeat, VoidReason } from "../mod.ts";
import type { ClusterConfig } from "./cluster_record.ts";
import type { SnapshotMark } from "./cluster_snapshot.ts";
import type { LiveNode } from "./live_nodes.ts";

/** A node is gone for good. */
export interface NodeGone<Member = unknown> {
  readonly kind: "node gone";
  readonly node: LiveNode;
  readonly isFenced: boolean;
  /** Its seats, which are away now. */
  readonly away: readonly RosterSeat<Member>[];
  /** Its clients that waited. */
  readonly withdrawn: readonly Arrival[];
}

export type ClusterEffect<Member = unknown> =
  | Exclude<Effect<Member>, { readonly kind: "void" }>
  | { readonly kind: "configured"; readonly config: ClusterConfig }
  | { readonly kind: "node live"; readonly node: LiveNode }
  | { readonly kind: "heard"; readonly node: LiveNode }
  | NodeGone<Member>
  | { readonly kind: "snapped"; readonly snapshot: SnapshotMark }
  /** The record, or a seat of it, changed nothing. */
  | { readonly kind: "void"; readonly reason: VoidReason | ClusterVoidReason };

export type ClusterVoidReason =
  | "of another log"
  /** A node that sees this at the end of the log must stop. */
  | "records were lost"
  | "author not live"
  | "repeated"
  | "not the next version"
  | "older rules"
  | "no configuration"
  | "node known already"
  | "no such node"
  | "node not silent"
  | "late beat"
  | "snapshot not newer"
  | "number of seats"
  | "not at home";

export type ClusterOutcome<Member> = readonly ClusterEffect<Member>[] | VoidReason | ClusterVoidReason;
