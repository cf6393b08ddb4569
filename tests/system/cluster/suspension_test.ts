// A server that is out of touch with the others decides nothing: it says so, and its clients go elsewhere.

import { assert, assertEquals } from "@std/assert";
import { RawClient } from "../../support/server/raw_client.ts";
import { within } from "../lead/world/within.ts";
import { agreed, compareWithClients } from "./world/agreement.ts";
import { Clients } from "./world/clients.ts";
import { joinRanked } from "./world/ranked.ts";
import { scenario } from "./world/scenario.ts";

const settings = {
  top: 'max_clients = 300\ncommands = ["uptime"]',
  session: "resume_grace_ms = 30_000\nlease_max_ms = 3_000",
};
const hasProxies = true;

await scenario("a server without NATS refuses commands and newcomers, and works again afterwards", {
  settings,
  hasProxies,
}, async (world) => {
  const [a, b] = world.ports as [number, number, number];
  const [issuer, executor] = await joinRanked([a, b]);
  await agreed(world.nodes, (roster) => roster.length === 2);
  assertEquals((await issuer!.request("run", { command: "uptime" })).result.ok, 1);
  world.cutOff(0);
  await world.nodes[0]!.event("cluster_suspended");
  const refused = await issuer!.request("run", { command: "uptime" });
  assertEquals(refused.error.data.reason, "unavailable");
  console.log(`a suspended server refuses a command: ${refused.error.message}`);
  const newcomer = await RawClient.connect(a);
  const { reason, message } = await newcomer.note("closing");
  assertEquals(reason, "unavailable");
  console.log(`and a newcomer: ${message}`);
  // It goes elsewhere.
  const elsewhere = await RawClient.join(b);
  assert(elsewhere.welcome.ticket > 0);
  world.heal();
  await world.nodes[0]!.event("cluster_resumed");
  await agreed(world.nodes, (roster) => roster.length === 3);
  const { result } = await issuer!.request("run", {
    command: "uptime",
    to_tickets: [executor!.welcome.ticket],
  });
  assertEquals(result.ok, 1, JSON.stringify(result));
  for (const client of [issuer!, executor!, newcomer, elsewhere]) await client.close();
});

await scenario("clients of a server without NATS keep their seats, there or elsewhere", {
  settings,
  hasProxies,
}, async (world) => {
  await using clients = new Clients(world.ports);
  clients.add(20, 1);
  await clients.seated();
  const staying = clients.add(20, 0);
  // They ask for proofs, and do not get any from it.
  const moving = clients.add(20, 0, { leaseMs: 3_000 });
  await clients.seated();
  const { tickets } = clients;
  const [a] = world.nodes;
  world.cutOff(0);
  const isGone = () => moving.every(({ isSeated, port }) => isSeated && port !== a!.port);
  await within(20_000, "clients with a lease have moved", isGone);
  assertEquals(staying.map(({ seats }) => seats.length), staying.map(() => 1));
  world.heal();
  await clients.seated();
  const roster = await agreed(world.nodes);
  assertEquals([compareWithClients(roster, clients.all), clients.tickets, clients.promotions], [
    [],
    tickets,
    0,
  ]);
});

await scenario("a server that was given up goes on as another one, and its clients claim their seats", {
  settings,
  hasProxies,
}, async (world) => {
  await using clients = new Clients(world.ports);
  for (const first of world.nodes.keys()) clients.add(30, first);
  await clients.seated();
  const { tickets } = clients;
  const [a, b] = world.nodes;
  world.cutOff(0);
  await b!.event("node_fenced", 20_000);
  assert(a!.events("cluster_suspended").length > 0);
  world.heal();
  await a!.event("node_renewed", 20_000);
  await within(20_000, "all clients are seated", () => clients.all.every(({ isSeated }) => isSeated));
  const roster = await agreed(world.nodes, (roster) => roster.length === 90);
  assertEquals([compareWithClients(roster, clients.all), clients.tickets, clients.promotions], [
    [],
    tickets,
    0,
  ]);
});

await scenario("a server process that is stopped for 3 seconds, or for 9, keeps no seat from its clients", {
  settings,
}, async (world) => {
  await using clients = new Clients(world.ports);
  for (const first of world.nodes.keys()) clients.add(20, first, { silenceMs: 2_500 });
  await clients.seated();
  const { tickets } = clients;
  for (const ms of [3_000, 9_000]) {
    const [a] = world.nodes;
    a!.pause();
    await new Promise((resolve) => setTimeout(resolve, ms));
    a!.continue();
    await within(20_000, "all clients are seated", () => clients.all.every(({ isSeated }) => isSeated));
    const roster = await agreed(world.nodes, (roster) => roster.length === 60);
    assertEquals([ms, compareWithClients(roster, clients.all), clients.tickets], [ms, [], tickets]);
  }
  assertEquals(clients.promotions, 0);
});
