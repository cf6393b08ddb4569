import { assert, assertEquals, assertNotEquals } from "@std/assert";
import { isNatsMissing, NatsServer } from "../../../support/programs/nats_server.ts";
import { loseRecords } from "./lose_records.ts";
import { appendMany, compareNodes, TestNode } from "./test_node.ts";

const ignore = await isNatsMissing();

for (
  const [name, leave, comeBack] of [
    ["killed", (server: NatsServer) => server.kill(), (server: NatsServer) => server.restart()],
    [
      "stopped",
      (server: NatsServer) => Promise.resolve(server.signal("SIGSTOP")),
      (server: NatsServer) => Promise.resolve(server.signal("SIGCONT")),
    ],
  ] as const
) {
  Deno.test({
    name:
      `while the NATS server is ${name}, nodes are suspended; then they resume, and what was under way is done`,
    ignore,
    fn: async () => {
      await using server = await NatsServer.start();
      await using a = await TestNode.start({ servers: [server.address] });
      await using b = await TestNode.start({ servers: [server.address] });
      await Promise.all([a.event("resumed"), b.event("resumed")]);
      await appendMany(a, 100, 10);
      await leave(server);
      const underWay = a.driver.append({ t: "x" });
      await Promise.all([a.event("suspended"), b.event("suspended")]);
      assert(a.driver.isSuspended && b.driver.isSuspended);
      await comeBack(server);
      await Promise.all([a.event("resumed"), b.event("resumed"), underWay]);
      const last = await a.driver.append({ t: "x" });
      while (b.driver.position < last) await b.driver.append({ t: "x" });
      const { common, different } = compareNodes(a, b);
      assert(common > 100);
      assertEquals(different, []);
    },
  });
}

Deno.test({
  name: "a stream that was deleted and created again stops its nodes, and new ones start beside them",
  ignore,
  fn: async () => {
    await using server = await NatsServer.start();
    await using a = await TestNode.start({ servers: [server.address] });
    await using b = await TestNode.start({ servers: [server.address], hasBeats: false });
    await appendMany(b, 50, 10);
    await b.link.request("$JS.API.STREAM.DELETE.RANK_test", "", { timeoutMs: 5_000 });
    await using c = await TestNode.start({ servers: [server.address] });
    assertEquals(await a.faultReason(), "recreated");
    assertEquals(await b.faultReason(), "recreated");
    assertNotEquals(c.open.identity, a.open.identity);
    await appendMany(c, 50, 10);
    assert(!c.driver.isSuspended);
  },
});

Deno.test({
  name: "a stream that was deleted and not created again suspends its nodes",
  ignore,
  fn: async () => {
    await using server = await NatsServer.start();
    await using a = await TestNode.start({ servers: [server.address] });
    await a.event("resumed");
    await a.link.request("$JS.API.STREAM.DELETE.RANK_test", "", { timeoutMs: 5_000 });
    const event = await a.event("suspended");
    assert(event.kind === "suspended" && event.reason !== undefined);
  },
});

Deno.test({
  name: "a store that was put back stops all nodes: records are lost, and their sequences used again",
  ignore,
  fn: async () => {
    await using server = await NatsServer.start();
    await using a = await TestNode.start({ servers: [server.address] });
    await using b = await TestNode.start({ servers: [server.address] });
    await loseRecords(server, async () => {
      await appendMany(a, 50, 10);
      // Then the other node has applied them, too.
      await appendMany(b, 1, 1);
    });
    await server.restart();
    assertEquals([await a.faultReason(), await b.faultReason()], ["lost", "lost"]);
    await using c = await TestNode.start({ servers: [server.address] });
    await appendMany(c, 10, 1);
  },
});

Deno.test({
  name: "a node that comes back after lost records were replaced by as many others stops",
  ignore,
  fn: async () => {
    const users = (...names: readonly string[]) =>
      `authorization { users = [ ${
        names.map((name) => `{ user: ${name}, password: secret }`).join(", ")
      } ] }`;
    const login = (user: string) => ({ user, password: "secret" });
    await using server = await NatsServer.start({ config: users("a", "b") });
    await using a = await TestNode.start({ servers: [server.address], login: login("a") });
    await loseRecords(server, () => appendMany(a, 50, 10));
    // The first node cannot log in until the log has grown beyond what it knows.
    await server.restart(users("b"));
    {
      await using b = await TestNode.start({ servers: [server.address], login: login("b") });
      await appendMany(b, 200, 10);
    }
    await server.kill();
    await server.restart();
    assertEquals(await a.faultReason(), "lost");
  },
});
