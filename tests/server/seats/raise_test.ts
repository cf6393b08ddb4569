// The operator raises a member: all members above it yield, in order and in one step. A leader stops its program first.

import { assert, assertEquals, assertGreater } from "@std/assert";
import { type Json, RawClient } from "../../support/server/raw_client.ts";
import { closeAll, joinAll, order, portsOf, type Seated } from "../../support/server/seated.ts";
import { startServer, type TestServer } from "../../support/server/start_server.ts";
import { cut } from "../../support/server/cut.ts";
import { journalIn } from "../../support/server/journals.ts";

function raise(server: TestServer, rank: number): Json {
  return server.server.raise({ rank });
}

Deno.test("the members above go to the end in their order, as one change with one epoch", async () => {
  await using server = await startServer();
  const clients = await joinAll(server, 5);
  const [a, b, c, d, e] = clients as [Seated, Seated, Seated, Seated, Seated];
  await e.request("watch", { on: true });
  const { ticket } = c.welcome;
  assertEquals(raise(server, 2), { rank: 2, ticket, name: `127.0.0.1:${c.port}`, wait_ms: 0 });
  const { epoch, ...promoted } = await c.note("promoted");
  assertEquals(promoted, { rank: 0, was: 2, members: 5 });
  assertGreater(epoch, e.welcome.epoch);
  assertEquals((await d.note("promoted")).rank, 1);
  for (const [client, rank] of [[a, 3], [b, 4]] as const) {
    await client.settled();
    const [, second] = client.notes("welcome");
    assertEquals([second.rank, second.epoch], [rank, epoch]);
    assertGreater(second.ticket, e.welcome.ticket);
    assertEquals(client.notes("promoted"), []);
  }
  const change = await e.note("roster_changed");
  assertEquals([change.left, change.joined.map(({ rank }: Json) => rank), change.epoch], [
    [1, 2],
    [3, 4],
    epoch,
  ]);
  assertEquals(await order(e), portsOf([c, d, e, a, b]));
  assertEquals(server.eventsOf("client_raised").map(({ was, above }) => [was, above]), [[2, 2]]);
  assertEquals(server.eventsOf("client_yielded").map(({ was, rank }) => [was, rank]), [[0, 3], [1, 4]]);
  await closeAll(clients);
});

Deno.test("G4: a raised member commands those that were above it, and the runs of these have ended", async () => {
  await using server = await startServer({ toml: 'commands = ["uptime"]' });
  const clients = await joinAll(server, 3);
  const [a, b, c] = clients as [Seated, Seated, Seated];
  const ownRun = a.ask("run", { command: "uptime" });
  await c.message("execute");
  const otherRun = b.ask("run", { command: "uptime" });
  await c.next((line) => line.text.includes(`"name":"127.0.0.1:${b.port}"`));
  raise(server, 2);
  for (const [client, run] of [[a, ownRun], [b, otherRun]] as const) {
    assertEquals((await client.answer(run)).result.cancelled > 0, true);
  }
  const run = c.ask("run", { command: "uptime" });
  for (const client of [a, b]) {
    const isFromRaised = ({ json }: { json?: Json }) =>
      json?.method === "execute" && json.params.from.ticket === c.welcome.ticket;
    client.respond((await client.next(isFromRaised)).json.id, { code: 0 });
  }
  assertEquals((await c.answer(run)).result.ok, 2);
  await closeAll(clients);
});

Deno.test("a person at a text session is shown the new rank", async () => {
  await using server = await startServer();
  const clients = await joinAll(server, 2);
  clients[0]!.send("/who");
  await clients[0]!.text("of 20 seats");
  raise(server, 1);
  await clients[0]!.text("You are rank 1 of 2");
  await closeAll(clients);
});

Deno.test("a leader is asked to yield, and the raise happens with its yield: no other member leads in between", async () => {
  await using server = await startServer();
  const clients = await joinAll(server, 4);
  const [leader, second, third, last] = clients as [Seated, Seated, Seated, Seated];
  for (const client of [leader, second, third]) await client.request("hello", { lease_ms: 5_000 });
  const { epoch } = (await last.request("roster")).result;
  assertEquals(raise(server, 2).wait_ms, 10_000);
  assertEquals(await leader.note("yield_requested"), { within_ms: 5_000 });
  assertEquals(await order(last), portsOf(clients), "nothing happens before the leader has yielded");
  assertEquals((await leader.request("yield")).result.rank, 2);
  const raised = await third.note("promoted");
  assertEquals([raised.rank, raised.was], [0, 2]);
  assertGreater(raised.epoch, epoch);
  await second.settled();
  assertEquals(second.notes("promoted"), []);
  assertEquals(await order(last), portsOf([third, last, leader, second]));
  await closeAll(clients);
});

Deno.test("a leader that leaves instead of yielding: the raise happens with its departure, in one step", async () => {
  await using server = await startServer();
  const clients = await joinAll(server, 3);
  const [leader, second, third] = clients as [Seated, Seated, Seated];
  for (const client of clients) await client.request("hello", { lease_ms: 5_000 });
  raise(server, 2);
  await leader.note("yield_requested");
  await leader.request("leave");
  assertEquals((await third.note("promoted")).rank, 0);
  await second.settled();
  assertEquals([second.notes("promoted"), second.notes("welcome").at(-1)!.rank], [[], 1]);
  await closeAll(clients);
});

Deno.test("a leader that does not yield within its lease is evicted", async () => {
  await using server = await startServer();
  const clients = await joinAll(server, 3);
  const [leader, second, third] = clients as [Seated, Seated, Seated];
  for (const client of [second, third]) await client.request("hello", { lease_ms: 5_000 });
  // Long enough that a loaded machine does not time it out before.
  await leader.request("hello", { lease_ms: 1_500 });
  raise(server, 2);
  assertEquals((await leader.note("closing")).reason, "evicted");
  const raised = await third.note("promoted");
  assertEquals([raised.rank, raised.was], [0, 2]);
  assertEquals(second.notes("promoted"), []);
  await closeAll(clients);
});

Deno.test("a leader that is away keeps rank 0 for its lease, and its seat cannot be resumed", async () => {
  await using server = await startServer({
    toml: "[session]\nresume_grace_ms = 60_000\nlease_max_ms = 60_000",
  });
  const clients = await joinAll(server, 3);
  const [leader, second, third] = clients as [Seated, Seated, Seated];
  for (const client of clients) await client.request("hello", { lease_ms: 60_000 });
  const token = leader.welcome.resume;
  await cut(server, leader);
  assertGreater(raise(server, 2).wait_ms, 0);
  assertEquals((await third.request("roster")).result.you, 2);
  await using other = await RawClient.join(server.port);
  assertEquals((await other.request("hello", { resume: token })).error.data.reason, "unauthenticated");
  // Its guard releases the seat when the program has ended.
  assertEquals((await other.request("leave", { resume: token })).result, {});
  assertEquals((await third.note("promoted")).rank, 0);
  assertEquals(await order(other), portsOf([third, other, second]));
  await closeAll([second, third]);
});

Deno.test("a member that is away keeps its seat at the end, and resumes it there, even after a restart", async () => {
  const folder = await Deno.makeTempDir();
  const toml = "[session]\nresume_grace_ms = 60_000";
  const { token, ticket } = await (async () => {
    await using server = await startServer({ toml, journal: journalIn(folder) });
    const clients = await joinAll(server, 3);
    const [away, , last] = clients as [Seated, Seated, Seated];
    for (const client of clients) await client.settled();
    const token = away.welcome.resume;
    await cut(server, away);
    raise(server, 2);
    const { members } = (await last.request("roster")).result;
    assertEquals(members.map(({ rank, away }: Json) => [rank, away]), [[0, undefined], [1, true], [
      2,
      undefined,
    ]]);
    const { ticket } = members[1];
    assertGreater(ticket, last.welcome.ticket);
    await closeAll(clients);
    return { token, ticket };
  })();
  await using server = await startServer({ toml, journal: journalIn(folder) });
  await using back = await RawClient.connect(server.port);
  assertEquals((await back.request("hello", { resume: token })).result.ticket, ticket);
  await back.close();
  await server.stop();
  await Deno.remove(folder, { recursive: true });
});

Deno.test("G3: with every seat taken a raise seats no more than N, and the waiting room still waits", async () => {
  await using server = await startServer({ toml: 'max_clients = 3\n[session]\noverflow = "wait"' });
  const clients = await joinAll(server, 3);
  for (const client of clients) await client.request("hello", { lease_ms: 5_000 });
  await using waiting = await RawClient.connect(server.port);
  assertEquals((await waiting.note("waiting")).position, 1);
  raise(server, 2);
  await clients[0]!.note("yield_requested");
  await clients[0]!.request("yield");
  assertEquals(await order(clients[1]!), portsOf([clients[2]!, clients[0]!, clients[1]!]));
  assertEquals(server.server.status().waiting, 1);
  assertEquals(waiting.notes("welcome"), []);
  await closeAll(clients);
});

Deno.test("a member that could not lead is not raised above a leader, and one with rank 0 has it already", async () => {
  await using server = await startServer();
  const clients = await joinAll(server, 3);
  const [leader, person] = clients as [Seated, Seated];
  await leader.request("hello", { lease_ms: 5_000, name: "one" });
  const before = await order(person);
  const refused = raise(server, 1);
  assertEquals(refused.reason, "no_recipient");
  assert(refused.message.includes("could not lead"), refused.message);
  assertEquals(raise(server, 0), { rank: 0, ticket: 1, name: "one", wait_ms: 0 });
  assertEquals(raise(server, 7).reason, "no_recipient");
  for (const client of clients.slice(1)) await client.request("hello", { name: "twin" });
  assertEquals(server.server.raise({ name: "twin" }), {
    reason: "invalid_params",
    message: '2 clients have the name "twin" (ranks 1, 2): use a rank or a ticket',
    data: { ranks: [1, 2] },
  });
  assertEquals(await order(person), before);
  assertEquals([server.eventsOf("client_raised"), leader.notes("yield_requested")], [[], []]);
  await closeAll(clients);
});
