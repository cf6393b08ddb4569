// The addresses in [cluster]. Their form is checked when they are read; what is left is an impossible port, or an address of
// IPv6 without brackets.

import { addressText } from "../words/mod.ts";
import { type ClusterSettings, NATS_PORT, readAddress, SERVER_ENV_PREFIX } from "./keys/mod.ts";
import type { ConfigInput } from "./reader/mod.ts";
import type { ProblemList } from "./toml/mod.ts";

/** @returns the same settings; each of the servers has a port. */
export function checkClusterAddresses(
  cluster: ClusterSettings,
  env: NonNullable<ConfigInput["env"]>,
  problems: ProblemList,
): ClusterSettings {
  const refuse = (key: "servers" | "advertise", value: string, item: readonly number[] = []) => {
    const reason =
      `must be HOST, HOST:PORT or [::1]:PORT with a port from 1 to 65535, current value is "${value}"`;
    const variable = `${SERVER_ENV_PREFIX}_CLUSTER_${key.toUpperCase()}`;
    if (env[variable]) problems.addOutside(variable, `${variable} ${reason}`);
    else problems.addKey(["cluster", key, ...item], reason);
  };
  const servers = cluster.servers.map((text, item) => {
    const address = readAddress(text, NATS_PORT);
    if (address === undefined) refuse("servers", text, [item]);
    return address === undefined ? text : addressText(address);
  });
  const { advertise } = cluster;
  // The default port of this one is that of the server.
  if (advertise !== "" && readAddress(advertise, NATS_PORT) === undefined) refuse("advertise", advertise);
  return Object.freeze({ ...cluster, servers: Object.freeze(servers) });
}
