// Several servers create the log of a new cluster at the same moment, and one of them does it. All of them must take it for the
// same log, also after the NATS servers have been restarted one after the other, which moves the lead of the log.

import { assertEquals } from "@std/assert";
import { openLink, openLog } from "../../../src/journal/engines/nats/mod.ts";
import { SYSTEM } from "../../journal/engines/nats/test_node.ts";
import { CLUSTER_SERVER, isNatsMissing } from "../../support/programs/nats_server.ts";
import { NatsCluster } from "../../support/programs/nats_cluster.ts";

const ROUNDS = 2;

Deno.test({
  name:
    "the identity of the log is the same after NATS servers were restarted, however many nodes created it at once",
  ignore: await isNatsMissing(CLUSTER_SERVER, 10),
  fn: async () => {
    await using nats = await NatsCluster.start();
    const stop = new AbortController();
    const identityAt = async (server: number) => {
      const link = await openLink({ servers: [nats.servers[server]!.address], name: "test" }, stop.signal);
      try {
        return (await openLog(link, { name: "test", replicas: 3, system: SYSTEM }, stop.signal)).identity;
      } finally {
        await link.close();
      }
    };
    const identities = await Promise.all([0, 1, 2].map(identityAt));
    const seen = [...identities];
    for (let round = 0; round < ROUNDS; round++) {
      for (const server of nats.servers) {
        await server.kill();
        await server.restart();
        await nats.formed();
        seen.push(...await Promise.all([0, 1, 2].map(identityAt)));
      }
    }
    assertEquals([...new Set(seen)], [identities[0]]);
  },
});
