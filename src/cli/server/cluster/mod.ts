// A server that is one of several with one ranking. Loaded only when a cluster is configured.

export { checkCluster } from "./check_cluster.ts";
export { clusterWarnings } from "./cluster_warnings.ts";
export { type JoiningServer, openCluster, type OpenedCluster } from "./open_cluster.ts";
