// Two nodes on one machine that listen on the same port: a client needs one address.

import { assertEquals } from "@std/assert";
import { within } from "../lead/world/within.ts";
import { agreed, compareWithClients } from "./world/agreement.ts";
import { Clients } from "./world/clients.ts";
import { RankNode } from "./world/rank_node.ts";
import { scenario } from "./world/scenario.ts";

await scenario("nodes share a port: both have clients, and those of a killed one are at the other", {
  startsNoNode: true,
  settings: { top: "max_clients = 100", session: "resume_grace_ms = 20_000", cluster: "share_port = true" },
}, async (world) => {
  const [port] = world.ports as [number];
  const { program, folder } = world;
  const nodes = ["a", "b"].map((name, index) => {
    const toml = world.toml(index, {}).replace(/^port = \d+/, `port = ${port}`);
    return new RankNode({ program, folder, name, port, toml });
  });
  try {
    for (const node of nodes) await node.start();
    await using clients = new Clients([port]);
    clients.add(60, 0);
    await clients.seated();
    const { tickets } = clients;
    const connections = await Promise.all(
      nodes.map((node) => node.status().then(({ connections }) => connections)),
    );
    console.log(`${connections.join(" and ")} connections`);
    assertEquals(connections.every((count) => count > 0), true);
    await nodes[0]!.kill();
    await within(20_000, "all are back", () => clients.all.every(({ isSeated }) => isSeated));
    const roster = await agreed([nodes[1]!]);
    assertEquals([compareWithClients(roster, clients.all), clients.tickets, clients.promotions], [
      [],
      tickets,
      0,
    ]);
  } finally {
    for (const node of nodes) await node.kill();
  }
});
