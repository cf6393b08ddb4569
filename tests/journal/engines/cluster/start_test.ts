import { assert, assertEquals, assertMatch, assertRejects } from "@std/assert";
import { LogFault } from "../../../../src/journal/engines/nats/mod.ts";
import { isNatsMissing, NatsServer } from "../../../support/programs/nats_server.ts";
import { compare, TestClusterNode } from "./test_cluster_node.ts";

const ignore = await isNatsMissing();

Deno.test({
  name: "three nodes that start at once on an empty log agree",
  ignore,
  fn: async () => {
    await using server = await NatsServer.start();
    const start = () => TestClusterNode.start({ server: server.address });
    const nodes = await Promise.all([start(), start(), start()]);
    await using _a = nodes[0]!;
    await using _b = nodes[1]!;
    await using _c = nodes[2]!;
    await nodes[0]!.join("x");
    const { common, different, seats } = await compare(nodes);
    assert(common >= 7, `only ${common} positions`);
    assertEquals(different, []);
    assertEquals(seats.size, 1);
    for (const { node } of nodes) {
      assertMatch(node.id, /^n-[0-9a-f]{8}$/);
      assertEquals(node.state.nodes.ids, nodes.map(({ node }) => node.id).sort());
    }
  },
});

for (
  const [key, settings] of [
    ["capacity", { capacity: 7 }],
    ["waitingCapacity", { waitingCapacity: 7 }],
    ["leaseMaxMs", { leaseMaxMs: 7_000 }],
  ] as const
) {
  Deno.test({
    name: `a node with another ${key} does not start, and names it`,
    ignore,
    fn: async () => {
      await using server = await NatsServer.start();
      await using a = await TestClusterNode.start({ server: server.address });
      const fault = await assertRejects(
        () => TestClusterNode.start({ server: server.address, settings }),
        LogFault,
        key,
      );
      assertEquals([fault.reason, fault.key], ["different", key]);
      await a.join("x");
      assertEquals(a.node.state.nodes.size, 1);
    },
  });
}

Deno.test({
  name: "rules that a node does not know stop it, at the start and later, and it names them",
  ignore,
  fn: async () => {
    await using server = await NatsServer.start();
    await using a = await TestClusterNode.start({ server: server.address });
    const config = { ...a.node.state.config!, kind: "config", version: 2, rules: 2 };
    const { log } = a.node.state;
    const { position } = a.node.state;
    const record = { id: `${a.node.id}.1000`, node: a.node.id, log, pos: position, record: config };
    await a.link.request("rank.test.log", JSON.stringify(record), { timeoutMs: 5_000 });
    const event = await a.event("fault");
    assert(event.kind === "fault");
    assertEquals([event.fault.reason, event.fault.key], ["different", "rules"]);
    const fault = await assertRejects(() => TestClusterNode.start({ server: server.address }), LogFault);
    assertEquals([fault.reason, fault.key], ["different", "rules"]);
  },
});

Deno.test({
  name: "a stream that was created again ends a node with its reason",
  ignore,
  fn: async () => {
    await using server = await NatsServer.start();
    await using a = await TestClusterNode.start({ server: server.address });
    await a.join("x");
    await a.link.request("$JS.API.STREAM.DELETE.RANK_test", "", { timeoutMs: 5_000 });
    await using b = await TestClusterNode.start({ server: server.address });
    const event = await a.event("fault");
    assert(event.kind === "fault");
    assertEquals(event.fault.reason, "recreated");
    assertEquals(await assertRejects(() => a.join("y"), LogFault), event.fault);
    await b.join("y");
    assertEquals(b.node.state.roster.size, 1);
  },
});

Deno.test({
  name: "a record that is none of a cluster ends a node with its reason",
  ignore,
  fn: async () => {
    await using server = await NatsServer.start();
    await using a = await TestClusterNode.start({ server: server.address });
    const { log, position } = a.node.state;
    const record = { id: "someone.1", node: "someone", log, pos: position, says: "hello" };
    await a.link.request("rank.test.log", JSON.stringify(record), { timeoutMs: 5_000 });
    const event = await a.event("fault");
    assert(event.kind === "fault");
    assertEquals(event.fault.reason, "unknown");
  },
});
