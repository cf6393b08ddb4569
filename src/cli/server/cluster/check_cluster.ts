// `rankserver --check` of a server in a cluster: its files, without connecting.

import type { ServerConfig } from "../../../config/mod.ts";
import { readNatsAccess } from "./nats_access.ts";
import { clusterWarnings } from "./cluster_warnings.ts";

/** @returns warnings. @throws {FileError} */
export async function checkCluster(config: ServerConfig): Promise<string[]> {
  await readNatsAccess(config.cluster);
  return clusterWarnings(config, config.host);
}
