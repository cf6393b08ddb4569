// Nodes on three NATS servers, of which some are killed or hang.

import { assert, assertEquals, assertRejects } from "@std/assert";
import { AppendRefused } from "../../../../src/journal/engines/cluster/mod.ts";
import { CLUSTER_SERVER, isNatsMissing } from "../../../support/programs/nats_server.ts";
import { NatsCluster } from "../../../support/programs/nats_cluster.ts";
import { compare, settled, TestClusterNode } from "./test_cluster_node.ts";

const ignore = await isNatsMissing(CLUSTER_SERVER, 10);
const replicas = 3;

/** "s2" */
async function leaderOf({ link }: TestClusterNode): Promise<string> {
  const { data } = await link.request("$JS.API.STREAM.INFO.RANK_test", "", { timeoutMs: 5_000 });
  return JSON.parse(new TextDecoder().decode(data)).cluster.leader;
}

/** Tries until the node is in touch with the log, each time as another client: a join that was refused may be applied later. */
async function joinAtLast(node: TestClusterNode, name: string): Promise<void> {
  for (let attempt = 1;; attempt++) {
    const id = `${name}, attempt ${attempt}`;
    try {
      await node.join(id);
      return;
    } catch (error) {
      node.clients.delete(id);
      if (!(error instanceof AppendRefused) || error.reason !== "suspended") throw error;
      await node.event("resumed");
    }
  }
}

function eventsOf(nodes: readonly TestClusterNode[], kind: string): unknown[] {
  return nodes.flatMap(({ events }) => events.all.filter((event) => event.kind === kind));
}

Deno.test({
  name: "one server of three is killed, then two: no node is given up, no seat is lost, and all agree",
  ignore,
  fn: async () => {
    await using cluster = await NatsCluster.start();
    const start = (first: number) => TestClusterNode.start({ server: cluster.addresses(first), replicas });
    await using a = await start(0);
    await using b = await start(1);
    await using c = await start(2);
    const nodes = [a, b, c];
    for (let i = 0; i < 30; i++) await nodes[i % 3]!.join(`client ${i}`);
    const first = cluster.named(await leaderOf(a));
    await first.kill();
    for (const [i, node] of nodes.entries()) await joinAtLast(node, `after the first ${i}`);
    await first.restart();
    await settled(nodes, joinAtLast);

    const seen = nodes.map(({ events }) => events.all.length);
    const suspended = nodes.map(({ events }, i) =>
      events.until((event) => events.all.indexOf(event) >= seen[i]! && event.kind === "suspended", 30_000)
    );
    const [one, another] = cluster.servers;
    await Promise.all([one!.kill(), another!.kill()]);
    await Promise.all(suspended);
    for (const node of nodes) {
      assertEquals((await assertRejects(() => node.join("nobody"), AppendRefused)).reason, "suspended");
      node.clients.delete("nobody");
    }
    await Promise.all([one!.restart(), another!.restart()]);
    for (const [i, node] of nodes.entries()) await joinAtLast(node, `after the others ${i}`);
    await settled(nodes, joinAtLast);
    const { different, seats } = await compare(nodes);
    assertEquals([different, seats.size], [[], 1]);
    assertEquals([...eventsOf(nodes, "renewed"), ...eventsOf(nodes, "fault")], []);
    for (const node of nodes) {
      assertEquals(new Set(node.seats.map(({ client }) => client.id)), node.clients);
      assert(node.seats.length >= 12, `${node.seats.length} seats`);
    }
  },
});

Deno.test({
  name: "a node whose only server is cut off is suspended and given up; its clients move, and then all agree",
  ignore,
  fn: async () => {
    await using cluster = await NatsCluster.start();
    const start = (server: string | readonly string[]) => TestClusterNode.start({ server, replicas });
    await using b = await start(cluster.addresses(1));
    const leader = cluster.named(await leaderOf(b));
    await using a = await start(leader.address);
    await using c = await start(cluster.addresses(2));
    const moved = (await a.join("moves"))!;
    const stayed = (await a.join("stays"))!;
    await b.join("x");
    await compare([a, b, c]);
    const { id } = a.node;
    leader.signal("SIGSTOP");
    await a.event("suspended");
    const { entry } = await b.gone(id);
    assertEquals(entry.record, { kind: "fence", of: id });
    assert(a.node.isSuspended);
    await b.claim(moved.ticket, "moved");
    assertEquals((await assertRejects(() => a.join("nobody"), AppendRefused)).reason, "suspended");
    a.clients.clear();
    leader.signal("SIGCONT");
    const renewed = await a.event("renewed");
    assert(renewed.kind === "renewed" && renewed.why === "fenced");
    await a.event("resumed");
    await a.claim(stayed.ticket, "back");
    await settled([a, b, c], joinAtLast);
    const { different, seats } = await compare([a, b, c]);
    assertEquals([different, seats.size], [[], 1]);
    assertEquals([...eventsOf([b, c], "renewed"), ...eventsOf([a, b, c], "fault")], []);
    assertEquals(a.node.state.roster.seatOf(moved.ticket)?.client.node, b.node.id);
    assertEquals(b.node.state.roster.seatOf(stayed.ticket)?.client.node, a.node.id);
  },
});
