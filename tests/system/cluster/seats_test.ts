// Seats in a cluster: they outlive their servers, and are as many as configured, whichever server clients ask.

import { assert, assertEquals } from "@std/assert";
import { type Json, RawClient } from "../../support/server/raw_client.ts";
import { within } from "../lead/world/within.ts";
import { agreed, compareWithClients } from "./world/agreement.ts";
import { Clients } from "./world/clients.ts";
import { scenario } from "./world/scenario.ts";

const MANY = 1_000;
const settings = { top: `max_clients = ${MANY + 200}`, session: "resume_grace_ms = 20_000" };

await scenario("1,000 clients of a killed server are back with their tickets, and none is promoted", {
  settings,
}, async (world) => {
  await using clients = new Clients(world.ports);
  await Promise.all([clients.add(50, 1), clients.add(50, 2)]);
  await clients.seated();
  clients.add(MANY, 0);
  await clients.seated();
  const { tickets } = clients;
  const [a, ...others] = world.nodes;
  const moving = clients.at(a!.port);
  assertEquals(moving.length, MANY);
  await a!.kill();
  const killedAt = performance.now();
  const isBack = () => moving.every(({ isSeated, seats }) => isSeated && seats.length === 2);
  await within(30_000, "all clients are back", isBack);
  const times = moving.map(({ seats }) => seats.at(-1)!.at - killedAt).toSorted((x, y) => x - y);
  console.log(
    `half of the clients were back after ${times[MANY / 2]!.toFixed()} ms, all after ${
      times.at(-1)!.toFixed()
    } ms`,
  );
  assertEquals(clients.tickets, tickets);
  const before = await agreed(others);
  assertEquals(compareWithClients(before, clients.all), []);
  // Until the others have given the server up.
  await within(20_000, "the server is given up", () => others[0]!.events("node_fenced").length > 0);
  assertEquals(await agreed(others), before);
  assertEquals([clients.promotions, clients.all.flatMap(({ refusals }) => refusals)], [0, []]);
});

await scenario("servers are restarted one after the other: clients move, and none is promoted", {
  settings: { ...settings, session: "resume_grace_ms = 20_000\nlease_max_ms = 3_000" },
}, async (world) => {
  await using clients = new Clients(world.ports);
  for (const first of world.nodes.keys()) clients.add(40, first);
  await clients.seated();
  const { tickets } = clients;
  for (const [index, node] of world.nodes.entries()) {
    const moving = clients.at(node.port);
    assert(moving.length > 0, `no client is at ${node.name}`);
    const stoppedAt = performance.now();
    const { code } = await node.terminate();
    await within(
      20_000,
      "all clients have moved",
      () => clients.all.every(({ isSeated, port }) => isSeated && port !== node.port),
    );
    const last = Math.max(...moving.map(({ seats }) => seats.at(-1)!.at));
    console.log(
      `${moving.length} clients of ${node.name} had moved ${(last - stoppedAt).toFixed()} ms after SIGTERM`,
    );
    assertEquals([code, clients.tickets], [0, tickets]);
    await node.start();
    // Clients do not return by themselves, so the next server must have some.
    const roster = await agreed(world.nodes);
    assertEquals([index, compareWithClients(roster, clients.all)], [index, []]);
  }
  assertEquals(clients.promotions, 0);
});

await scenario("clients that come at all servers at once get as many seats as there are", {
  settings: { top: "max_clients = 100", limits: "linger_ms = 100" },
}, async (world) => {
  const joining = Array.from({ length: 300 }, (_, index) => RawClient.connect(world.ports[index % 3]!));
  const clients = await Promise.all(joining);
  const outcomes = await Promise.all(clients.map(async (client) => {
    const { json } = await client.next(({ json }) => ["welcome", "closing"].includes(json?.method));
    return json.method === "welcome" ? "welcome" : json.params.reason;
  }));
  const count = (what: string) => outcomes.filter((outcome) => outcome === what).length;
  assertEquals([count("welcome"), count("full")], [100, 200]);
  const roster = await agreed(world.nodes);
  assertEquals(roster.map(({ rank }) => rank), Array.from({ length: 100 }, (_, rank) => rank));
  const tickets = clients.flatMap((client) => client.notes("welcome").map(({ ticket }) => ticket));
  assertEquals(tickets.toSorted((x, y) => x - y), roster.map(({ ticket }) => ticket));
  for (const client of clients) await client.close();
});

await scenario("of two connections that send one resume token to two servers, one gets the seat", {
  settings: { session: "resume_grace_ms = 20_000\npresent_ms = 200" },
}, async (world) => {
  const [a, b, c] = world.ports as [number, number, number];
  const outcomes = new Map<string, number>();
  for (let round = 0; round < 20; round++) {
    const first = await RawClient.join(a);
    // The seat of one that has sent nothing is not kept.
    await first.settled();
    const { ticket, resume } = first.welcome;
    await first.reset();
    const claims = await Promise.all([b, c].map((port) => claim(port, resume)));
    const winners = claims.filter(({ seat }) => seat === ticket);
    assertEquals(winners.length, 1, JSON.stringify(claims.map(({ seat, refusal }) => ({ seat, refusal }))));
    const loser = claims.find((one) => one !== winners[0])!;
    outcomes.set(loser.refusal!, (outcomes.get(loser.refusal!) ?? 0) + 1);
    // One that was told to connect again does so, and finds the seat taken.
    const again = loser.refusal === "unauthenticated" ? undefined : await claim(c, resume);
    if (again !== undefined) assertEquals([again.seat, again.refusal], [undefined, "unauthenticated"]);
    const { members } = (await winners[0]!.client.request("roster")).result;
    assertEquals(members.filter((member: Json) => member.ticket === ticket && !member.away).length, 1);
    for (const { client } of again === undefined ? claims : [...claims, again]) {
      await client.request("leave").catch(() => {});
      await client.close();
    }
  }
  console.log(`the other one: ${JSON.stringify(Object.fromEntries(outcomes))}`);
  await agreed(world.nodes, (roster) => roster.length === 0);
});

interface Claim {
  readonly client: RawClient;
  readonly seat?: number | undefined;
  /** Or the reason for which it was closed. */
  readonly refusal?: string | undefined;
}

/** Sends a resume token, and answers for the seat if it gets it. */
async function claim(port: number, resume: string): Promise<Claim> {
  const onLine = (to: RawClient, { json }: { json: Json }) => {
    if (json?.method === "ping") to.respond(json.id, {});
  };
  const client = await RawClient.connect(port, { onLine });
  const id = client.ask("hello", { resume });
  const { json } = await client.next(({ json }) => json?.id === id || json?.method === "closing");
  if (json.method === "closing") return { client, refusal: json.params.reason };
  return { client, seat: json.result?.ticket, refusal: json.error?.data.reason };
}
