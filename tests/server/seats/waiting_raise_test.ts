// A raise that waits for the leader, and what changes before the leader has yielded or left.

import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { type Json, RawClient } from "../../support/server/raw_client.ts";
import { closeAll, joinAll, order, portsOf, type Seated } from "../../support/server/seated.ts";
import { startServer, type TestServer } from "../../support/server/start_server.ts";
import { cut } from "../../support/server/cut.ts";

const GRACE = "[session]\nresume_grace_ms = 60_000\nlease_max_ms = 60_000";

function raise(server: TestServer, rank: number): Json {
  return server.server.raise({ rank });
}

/** Members with leases; the operator has raised the last one, and the leader has been asked to yield. */
async function leaderAsked(server: TestServer, count: number): Promise<Seated[]> {
  const clients = await joinAll(server, count);
  for (const client of clients) await client.request("hello", { lease_ms: 60_000 });
  assert(raise(server, count - 1).wait_ms > 0);
  await clients[0]!.note("yield_requested");
  return clients;
}

Deno.test("a second raise while the leader stops replaces the first, without asking the leader again", async () => {
  await using server = await startServer();
  const clients = await joinAll(server, 4);
  for (const client of clients) await client.request("hello", { lease_ms: 5_000 });
  raise(server, 2);
  assert(raise(server, 3).wait_ms > 0);
  await clients[0]!.request("yield");
  assertEquals(clients[0]!.notes("yield_requested").length, 1);
  assertEquals(await order(clients[1]!), portsOf([clients[3]!, clients[0]!, clients[1]!, clients[2]!]));
  await closeAll(clients);
});

Deno.test("a raised member that leaves before the leader has yielded: the leader's yield is its own", async () => {
  await using server = await startServer();
  const clients = await joinAll(server, 4);
  const [leader, second, third, last] = clients as [Seated, Seated, Seated, Seated];
  for (const client of clients) await client.request("hello", { lease_ms: 5_000 });
  raise(server, 2);
  await leader.note("yield_requested");
  await third.request("leave");
  await last.note("promoted");
  assertEquals((await leader.request("yield")).result.rank, 2);
  assertEquals(await order(last), portsOf([second, last, leader]));
  assertEquals(server.eventsOf("client_raised"), []);
  assertEquals(server.eventsOf("raise_cancelled").map(({ reason }) => reason), ["left"]);
  await closeAll(clients);
});

for (const method of ["yield", "leave"]) {
  Deno.test(`a raised member that is away when the leader sends ${method} does not get rank 0`, async () => {
    await using server = await startServer({ toml: GRACE });
    const [leader, second, raised] = await leaderAsked(server, 3) as [Seated, Seated, Seated];
    const ports = portsOf([leader, second, raised]);
    await cut(server, raised);
    await leader.request(method);
    assertEquals((await second.note("promoted")).rank, 0);
    assertEquals(await order(second), [ports[1], ports[2], ...(method === "yield" ? [ports[0]] : [])]);
    const cancelled = server.eventsOf("raise_cancelled");
    assertEquals(cancelled.map(({ port, ticket, reason }) => [port, ticket, reason]), [
      [ports[2], raised.welcome.ticket, "disconnected"],
    ]);
    assertEquals(server.eventsOf("client_raised"), []);
    await closeAll([leader, second]);
  });
}

Deno.test("a raised member that is back when the leader yields gets rank 0", async () => {
  await using server = await startServer({ toml: GRACE });
  const [leader, second, raised] = await leaderAsked(server, 3) as [Seated, Seated, Seated];
  const { resume } = raised.welcome;
  await cut(server, raised);
  await using back = await RawClient.connect(server.port);
  await back.request("hello", { resume });
  await leader.request("yield");
  assertEquals(await order(second), portsOf([back, leader, second]));
  assertEquals(server.eventsOf("raise_cancelled"), []);
  await closeAll([leader, second]);
});

Deno.test("a leader that was asked to yield cannot be raised before it has yielded", async () => {
  await using server = await startServer({ toml: GRACE });
  const [leader, second, raised] = await leaderAsked(server, 3) as [Seated, Seated, Seated];
  const refused = raise(server, 0);
  assertEquals(refused.reason, "unavailable");
  assertStringIncludes(refused.message, "repeat the command");
  await leader.request("yield");
  assertEquals(await order(second), portsOf([raised, leader, second]), "the first raise still holds");
  assert(raise(server, 1).wait_ms > 0);
  await raised.note("yield_requested");
  await raised.request("yield");
  assertEquals(await order(second), portsOf([leader, second, raised]));
  await closeAll([leader, second, raised]);
});

Deno.test("a leader that was asked to yield still has to when the raised member has left", async () => {
  await using server = await startServer({ toml: GRACE });
  const [leader, second, third, raised] = await leaderAsked(server, 4) as [Seated, Seated, Seated, Seated];
  await raised.request("leave");
  assertEquals(raise(server, 0).reason, "unavailable");
  assert(raise(server, 2).wait_ms > 0);
  await leader.request("yield");
  assertEquals(await order(second), portsOf([third, leader, second]));
  assertEquals(leader.notes("yield_requested").length, 1);
  await closeAll([leader, second, third]);
});

Deno.test("a leader that was evicted for a raised member cannot be raised", async () => {
  await using server = await startServer({ toml: GRACE });
  const clients = await joinAll(server, 2);
  const [leader, raised] = clients as [Seated, Seated];
  for (const client of clients) await client.request("hello", { lease_ms: 60_000 });
  await cut(server, leader);
  assert(raise(server, 1).wait_ms > 0);
  assertEquals(raise(server, 0).reason, "unavailable");
  await raised.close();
});

Deno.test("of several members with a name the only one that is connected is raised, and none is evicted", async () => {
  await using server = await startServer({ toml: GRACE });
  const clients = await joinAll(server, 4);
  const [before, other, twin, restarted] = clients as [Seated, Seated, Seated, Seated];
  for (const client of [before, restarted]) await client.request("hello", { name: "commander" });
  const { port } = before;
  await cut(server, before);
  const name = "commander";
  assertEquals(server.server.evict({ name }), {
    reason: "invalid_params",
    message: '2 clients have the name "commander" (ranks 0, 3): use a rank or a ticket',
    data: { ranks: [0, 3] },
  });
  assertEquals(server.server.raise({ name }), {
    rank: 3,
    ticket: restarted.welcome.ticket,
    name,
    wait_ms: 0,
  });
  assertEquals(await order(other), [restarted.port, port, other.port, twin.port]);
  await twin.request("hello", { name });
  assertEquals((server.server.raise({ name }) as Json).data, { ranks: [0, 1, 3] });
  await closeAll([other, twin, restarted]);
});
