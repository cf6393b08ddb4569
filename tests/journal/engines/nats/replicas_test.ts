import { assert, assertEquals, assertRejects } from "@std/assert";
import { LogFault } from "../../../../src/journal/engines/nats/mod.ts";
import { CLUSTER_SERVER, isNatsMissing, NatsServer } from "../../../support/programs/nats_server.ts";
import { NatsCluster } from "../../../support/programs/nats_cluster.ts";
import { appendMany, compareNodes, TestNode } from "./test_node.ts";

const ignore = await isNatsMissing(CLUSTER_SERVER, 10);
const replicas = 3;

Deno.test({
  name: "with three replicas, nodes agree after the leading server was killed and has come back",
  ignore,
  fn: async () => {
    await using cluster = await NatsCluster.start();
    await using a = await TestNode.start({ servers: cluster.addresses(0), replicas });
    await using b = await TestNode.start({ servers: cluster.addresses(1), replicas });
    await using c = await TestNode.start({ servers: cluster.addresses(2), replicas });
    const nodes = [a, b, c];
    await Promise.all(nodes.map((node) => appendMany(node, 300, 20)));
    const leader = cluster.named(await leaderOf(a));
    await leader.kill();
    await Promise.all(nodes.map((node) => appendMany(node, 100, 5)));
    await leader.restart();
    await Promise.all(nodes.map((node) => appendMany(node, 100, 5)));
    const last = await a.driver.append({ t: "x" });
    for (const node of [b, c]) while (node.driver.position < last) await node.driver.append({ t: "x" });
    for (const node of [b, c]) {
      const { common, different } = compareNodes(a, node);
      assert(common > 1_000, `only ${common} positions were compared`);
      assertEquals(different, []);
    }
    assertEquals(nodes.flatMap((node) => node.events.all.filter(({ kind }) => kind === "fault")), []);
  },
});

Deno.test({
  name: "three replicas are refused by a server that is not part of a cluster",
  ignore,
  fn: async () => {
    await using server = await NatsServer.start({ program: CLUSTER_SERVER });
    const fault = await assertRejects(
      () => TestNode.start({ servers: [server.address], replicas }),
      LogFault,
    );
    assertEquals([fault.reason, fault.key], ["different", "cluster"]);
  },
});

async function leaderOf({ link }: TestNode): Promise<string> {
  const { data } = await link.request("$JS.API.STREAM.INFO.RANK_test", "", { timeoutMs: 5_000 });
  return JSON.parse(new TextDecoder().decode(data)).cluster.leader;
}
