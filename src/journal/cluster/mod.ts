// The journal that several servers share: its records, the state that they lead to, and the one function between them. Pure.

export { applyCluster, RULES_OF_CLUSTER } from "./apply_cluster.ts";
export { type Chain, chainText } from "./chain.ts";
export { ChainHistory } from "./chain_history.ts";
export type { ClusterEffect, ClusterVoidReason, NodeGone } from "./cluster_effect.ts";
export {
  CLUSTER_RULES,
  type ClusterConfig,
  type ClusterEntry,
  type ClusterKind,
  type ClusterRecord,
  decodeEntry,
  encodeEntry,
  hasLostRecords,
  MAX_LAPSES,
  messageIdOf,
  type SharedRecord,
} from "./cluster_record.ts";
export type { ClusterSnapshot, SavedNode, SnapshotMark } from "./cluster_snapshot.ts";
export { ClusterState, TICKETS_PER_RECORD } from "./cluster_state.ts";
export { type LiveNode, LiveNodes } from "./live_nodes.ts";
export { type LocalClients, recordsOwed, recordsOwedAfterLoad } from "./ownership.ts";
