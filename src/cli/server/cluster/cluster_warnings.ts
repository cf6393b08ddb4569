// What is valid for a server in a cluster, and yet should be changed.

import type { ServerConfig } from "../../../config/mod.ts";
import { parseAddress } from "../../../words/mod.ts";
import { isLocal } from "../../../server/limits/mod.ts";
import { advertisedAddress } from "./node_identity.ts";

/** @param host the address that the server listens on */
export function clusterWarnings({ cluster, port }: ServerConfig, host: string): string[] {
  const warnings = [];
  if (advertisedAddress(cluster, { transport: "tcp", hostname: host, port }) === "") {
    warnings.push(
      `clients of the other servers are not told about this one, because it listens on ${host}; set cluster.advertise`,
    );
  }
  const remote = cluster.servers.find((server) => !isLocal(parseAddress(server)!.host));
  if (remote !== undefined && cluster.caFile === "") {
    warnings.push(
      `without cluster.ca_file, ${remote} may be used without TLS: traffic can be read and changed in transit`,
    );
  }
  return warnings;
}
