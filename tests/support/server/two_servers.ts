// Two servers with one ranking, and clients that end with the test.

import { NatsServer } from "../programs/nats_server.ts";
import { type ClusterServer, type ClusterServerOptions, startClusterServer } from "./cluster_server.ts";
import { RawClient } from "./raw_client.ts";
import type { Seated } from "./seated.ts";

export interface TwoServers {
  readonly nats: NatsServer;
  readonly a: ClusterServer;
  readonly b: ClusterServer;
  /** A client that has its welcome. */
  join(to: ClusterServer): Promise<Seated>;
  /** One that is only connected. */
  connect(to: ClusterServer): Promise<RawClient>;
}

export async function withTwoServers(
  run: (servers: TwoServers) => Promise<void>,
  options: Partial<ClusterServerOptions> = {},
): Promise<void> {
  await using nats = await NatsServer.start();
  await using a = await startClusterServer({ nats: nats.address, name: "a", ...options });
  await using b = await startClusterServer({ nats: nats.address, name: "b", ...options });
  const clients: RawClient[] = [];
  const keep = <Client extends RawClient>(client: Client): Client => {
    clients.push(client);
    return client;
  };
  try {
    await run({
      nats,
      a,
      b,
      join: async (to) => keep(await RawClient.join(to.port)),
      connect: async (to) => keep(await RawClient.connect(to.port)),
    });
  } finally {
    for (const client of clients) await client.close();
  }
}
