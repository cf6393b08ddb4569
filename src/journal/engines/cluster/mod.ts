// A node: one server of a cluster, with the rules of the cluster and the log that all nodes share.

export { AppendRefused, type RefusalReason } from "./append_refused.ts";
export { ClusterJournal, type ClusterJournalOptions } from "./cluster_journal.ts";
export { ClusterNode } from "./cluster_node.ts";
export type { AppliedRecord, ClusterNodeOptions, NodeEvent, NodeSettings } from "./node_options.ts";
