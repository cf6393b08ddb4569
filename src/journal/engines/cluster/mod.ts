// A node of several servers with one ranking: the rules of the cluster on a log that all of them share.

export { AppendRefused, type RefusalReason } from "./append_refused.ts";
export { ClusterJournal, type ClusterJournalOptions } from "./cluster_journal.ts";
export { ClusterNode } from "./cluster_node.ts";
export type { AppliedRecord, ClusterNodeOptions, NodeEvent, NodeSettings } from "./node_options.ts";
