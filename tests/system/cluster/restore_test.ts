// The directory of a NATS server is the ranking: what happens when an earlier copy of it is put back.

import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { copy as copyFolder } from "../../journal/engines/nats/copy_folder.ts";
import { RawClient } from "../../support/server/raw_client.ts";
import { agreed } from "./world/agreement.ts";
import type { ClusterWorld } from "./world/cluster_world.ts";
import { Clients } from "./world/clients.ts";
import { scenario } from "./world/scenario.ts";

const settings = { session: "resume_grace_ms = 60_000\nlease_max_ms = 3_000" };
const FAULT = 70;

async function stopAndCopy({ servers: [nats], folder }: ClusterWorld): Promise<string> {
  await nats!.kill();
  const copy = `${folder}/copy`;
  await copyFolder(nats!.store, copy);
  return copy;
}

async function putBack({ servers: [nats] }: ClusterWorld, copy: string): Promise<void> {
  await nats!.kill();
  await Deno.remove(nats!.store, { recursive: true });
  await copyFolder(copy, nats!.store);
  await nats!.restart();
}

await scenario(
  "a copy of the ranking is put back while all servers are stopped: clients resume their seats",
  {
    settings,
  },
  async (world) => {
    await using clients = new Clients(world.ports);
    for (const first of world.nodes.keys()) await clients.join(first);
    const { tickets } = clients;
    const copy = await stopAndCopy(world);
    await world.servers[0]!.restart();
    await clients.seated();
    const later = await RawClient.join(world.ports[0]!);
    assert(later.welcome.ticket > Math.max(...tickets));
    await later.close();
    // A client that resumes its seat before all of them have stopped gets a token that the copy does not know.
    await Promise.all(world.nodes.map((node) => node.kill()));
    await putBack(world, copy);
    for (const node of world.nodes) await node.start();
    await clients.seated();
    const roster = await agreed(world.nodes, ({ length }) => length === clients.all.length);
    assertEquals(roster.map(({ ticket }) => ticket), tickets);
  },
);

await scenario("a copy that is put back while servers run stops them", { settings }, async (world) => {
  const copy = await stopAndCopy(world);
  await world.servers[0]!.restart();
  for (const node of world.nodes) await node.event("cluster_resumed", 20_000);
  for (const port of world.ports) {
    const client = await RawClient.join(port);
    await client.close();
  }
  await putBack(world, copy);
  for (const node of world.nodes) {
    const { code, stdout } = await node.exit();
    assertEquals(code, FAULT, stdout);
    assertStringIncludes(stdout, "The log has lost records");
  }
  for (const node of world.nodes) await node.start();
  const client = await RawClient.join(world.ports[0]!);
  await client.close();
});
