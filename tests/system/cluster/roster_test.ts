// What members and operators see and do at any server of a cluster: the whole ranking, and any member of it.

import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { RawClient } from "../../support/server/raw_client.ts";
import { ServerProcess } from "../../support/programs/start_process.ts";
import { askSocket } from "../lead/world/ask_socket.ts";
import { within } from "../lead/world/within.ts";
import { agreed } from "./world/agreement.ts";
import type { ClusterWorld } from "./world/cluster_world.ts";
import { closeAll, joinRanked } from "./world/ranked.ts";
import { scenario } from "./world/scenario.ts";

await scenario("--status shows the whole cluster at each server", {}, async (world) => {
  const members = await joinRanked([...world.ports, ...world.ports]);
  const roster = await agreed(world.nodes, (roster) => roster.every(({ name }) => name.startsWith("rank-")));
  assertEquals(roster.map(({ ticket }) => ticket), members.map(({ welcome }) => welcome.ticket));
  for (const node of world.nodes) {
    const { members: count, connections, away } = await node.status();
    assertEquals([count, connections, away], [6, 2, 0]);
    const { code, stdout } = await rankserver(world, "--status", "--control", node.control);
    assertEquals(code, 0);
    for (const { name } of [...world.nodes, ...roster]) assertStringIncludes(stdout, name);
  }
  await closeAll(members);
});

await scenario("a member that watches hears of members at other servers", {}, async (world) => {
  const [a, b, c] = world.ports as [number, number, number];
  const watcher = await RawClient.join(a);
  await watcher.request("watch", { on: true });
  const [first, second] = await joinRanked([b, c]);
  await within(10_000, "both are named", () => changes(watcher, "renamed").length === 2);
  assertEquals(
    changes(watcher, "joined").map(({ ticket }) => ticket),
    [first!, second!].map(({ welcome }) => welcome.ticket),
  );
  const { members } = (await watcher.request("roster")).result;
  assertEquals(members.map(({ name }: { name: string }) => name).slice(1), ["rank-0", "rank-1"]);
  await first!.request("leave");
  await within(10_000, "it has left", () => changes(watcher, "left").length === 1);
  assertEquals(changes(watcher, "left"), [first!.welcome.ticket]);
  assertEquals((await second!.note("promoted")).rank, 1);
  await closeAll([watcher, first!, second!]);
});

await scenario("a client yields, is evicted, and gets a seat from the waiting room at any server", {
  settings: { top: "max_clients = 3", session: 'overflow = "wait"\nwaiting_clients = 2' },
}, async (world) => {
  const [a, b, c] = world.ports as [number, number, number];
  const members = await joinRanked([a, b, c]);
  const waiting: RawClient[] = [];
  for (const [index, port] of [b, a].entries()) {
    const client = await RawClient.connect(port);
    assertEquals((await client.note("waiting")).position, index + 1);
    waiting.push(client);
  }
  const refused = await RawClient.connect(c);
  assertEquals((await refused.note("closing")).reason, "full");
  await agreed(world.nodes, (roster) => roster.length === 3);
  for (const node of world.nodes) assertEquals((await node.status()).waiting, 2);

  const yielded = await members[0]!.request("yield");
  assertEquals(yielded.result.rank, 2);
  for (const [index, member] of members.slice(1).entries()) {
    assertEquals((await member.note("promoted")).rank, index);
  }
  // At a server that none of both is connected to.
  const evicted = await askSocket(world.nodes[2]!.control, "evict", { rank: 0 });
  assertEquals((evicted.result as { ticket: number }).ticket, members[1]!.welcome.ticket);
  assertEquals((await members[1]!.note("closing")).reason, "evicted");
  const { rank, ticket } = await waiting[0]!.note("welcome");
  assert(ticket > yielded.result.ticket);
  assertEquals(rank, 2);
  assertEquals((await waiting[1]!.note("waiting")).position, 1);
  await agreed(world.nodes, (roster) => roster.length === 3 && roster[2]!.ticket === ticket);
  const { code, stderr } = await rankserver(world, "--raise", "1", "--control", world.nodes[0]!.control);
  assertEquals(code, 3, stderr);
  console.log(`--raise: ${stderr.trim()}`);
  await closeAll([...members, ...waiting, refused]);
});

await scenario("welcome has the addresses of the other servers", {}, async (world) => {
  for (const port of world.ports) {
    const client = await RawClient.join(port);
    const others = world.ports.filter((other) => other !== port).map((other) => `127.0.0.1:${other}`);
    assertEquals(client.welcome.servers.toSorted(), others.toSorted());
    await client.close();
  }
});

// deno-lint-ignore no-explicit-any -- rows, tickets or names
function changes(watcher: RawClient, what: string): any[] {
  return watcher.notes("roster_changed").flatMap((change) => change[what] ?? []);
}

async function rankserver(world: ClusterWorld, ...args: string[]) {
  return await ServerProcess.spawn({ program: world.program, args }).exit(20_000);
}
