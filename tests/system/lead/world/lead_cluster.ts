// Several servers in place of the one that clients under --lead have: with NATS, and with the faults of all of them.

import { ClusterWorld, maxReplicas } from "../../cluster/world/cluster_world.ts";
import type { Programs } from "./programs.ts";

export async function startCluster(
  count: number,
  { server: program }: Programs,
  leaseMs: number,
): Promise<ClusterWorld> {
  const session = `lease_max_ms = ${leaseMs}\nheartbeat_ms = 300\nsilence_ms = 900`;
  const nodes = ["a", "b", "c"].slice(0, count);
  return await ClusterWorld.start({
    program,
    nodes,
    replicas: await maxReplicas(),
    hasProxies: true,
    settings: { session },
  });
}
