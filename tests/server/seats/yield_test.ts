// A member with a lease may be leading: it may yield only if a client below could lead instead. The roster shows which
// clients could.

import { assertEquals, assertGreater } from "@std/assert";
import { type Json, RawClient } from "../../support/server/raw_client.ts";
import { startServer } from "../../support/server/start_server.ts";
import { cut } from "../../support/server/cut.ts";

const NO_SUCCESSOR = {
  code: -32005,
  message: "No client below you could lead: none that is connected has a lease",
  data: { reason: "no_recipient" },
};

function lease(client: RawClient, lease_ms = 5_000): Promise<Json> {
  return client.request("hello", { lease_ms });
}

async function roster(client: RawClient): Promise<Json> {
  return (await client.request("roster")).result;
}

Deno.test("a yield with no client behind that has a lease is refused, and nothing of the member changes", async () => {
  await using server = await startServer({ toml: 'commands = ["uptime"]' });
  await using leader = await RawClient.join(server.port);
  await using other = await RawClient.join(server.port);
  await lease(leader);
  const run = leader.ask("run", { command: "uptime" });
  const { id } = await other.message("execute");
  const before = await roster(other);
  const noteCount = other.lines.length;
  assertEquals((await leader.request("yield")).error, NO_SUCCESSOR);
  leader.notify("yield");
  const { method, code } = await leader.note("refused");
  assertEquals([method, code], ["yield", -32005]);
  assertEquals(await roster(other), before);
  assertEquals(other.lines.length, noteCount + 1, "nobody is told anything");
  other.respond(id, { code: 0 });
  assertEquals((await leader.answer(run)).result.ok, 1, "its run goes on");
  assertEquals(server.eventsOf("client_yielded"), []);
});

Deno.test("a yield is accepted once a client with a lease is connected behind, and refused while that is disconnected", async () => {
  await using server = await startServer();
  await using leader = await RawClient.join(server.port);
  await using second = await RawClient.join(server.port);
  await lease(leader);
  const { resume } = (await lease(second)).result;
  await cut(server, second);
  assertEquals((await leader.request("yield")).error, NO_SUCCESSOR);
  await using back = await RawClient.connect(server.port);
  await back.request("hello", { resume });
  assertEquals((await leader.request("yield")).result.rank, 1);
  assertEquals((await back.note("promoted")).rank, 0);
  // The one that yielded is behind it now, and has a lease.
  assertEquals((await back.request("yield")).result.rank, 1);
});

Deno.test("a client ahead with a lease is no successor, and a member without a lease yields as ever", async () => {
  await using server = await startServer();
  await using first = await RawClient.join(server.port);
  await using second = await RawClient.join(server.port);
  for (const client of [first, second]) await lease(client);
  assertEquals((await second.request("yield")).error, NO_SUCCESSOR);
  await using person = await RawClient.join(server.port);
  await using last = await RawClient.join(server.port);
  assertEquals((await last.request("yield")).result.rank, 3);
  person.send("/yield");
  await person.text("You are now rank 3");
});

Deno.test("the roster shows leases, and watchers are notified when a member gets one", async () => {
  await using server = await startServer({ toml: "[session]\nlease_max_ms = 9_000" });
  await using leader = await RawClient.join(server.port);
  await using watcher = await RawClient.join(server.port);
  await using person = await RawClient.join(server.port);
  person.send("/watch on");
  await person.text("Clients that join and leave are shown from now on");
  await watcher.request("watch", { on: true });
  const { epoch } = await roster(watcher);
  const { result } = await lease(leader, 4_000);
  const { ticket } = leader.welcome;
  const told = await watcher.note("roster_changed");
  assertEquals(told.leased, [{ ticket, lease_ms: 4_000 }]);
  assertGreater(told.epoch, epoch);
  assertEquals(result.epoch, told.epoch);
  await person.text(`Roster: ticket ${ticket} has a lease of 4000 ms. 3 members.`);
  assertEquals((await roster(watcher)).members.map(({ lease_ms }: Json) => lease_ms), [
    4_000,
    undefined,
    undefined,
  ]);
  assertEquals("lease_ms" in (await roster(watcher)).members[1], false);
  person.send("/who");
  await person.text("lease 4000 ms");
  // No more than before is no news, more is.
  assertEquals((await lease(leader, 3_000)).result.epoch, told.epoch);
  await lease(leader, 20_000);
  assertEquals((await watcher.note("roster_changed")).leased, [{ ticket, lease_ms: 9_000 }]);
  // It goes with the member: away, back and behind the others.
  await lease(watcher, 1_000);
  await watcher.note("roster_changed");
  assertEquals((await leader.request("yield")).result.rank, 2);
  assertEquals((await watcher.note("roster_changed")).joined[0].lease_ms, 9_000);
});
