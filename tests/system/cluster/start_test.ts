// Which servers do not start, or stop: their settings, or the log, are not those of the cluster.

import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { LinkError, openLink } from "../../../src/journal/engines/nats/mod.ts";
import { isNatsMissing, NATS_SERVER, natsVersion } from "../../support/programs/nats_server.ts";
import { RawClient } from "../../support/server/raw_client.ts";
import { agreed } from "./world/agreement.ts";
import type { ClusterWorld } from "./world/cluster_world.ts";
import { scenario } from "./world/scenario.ts";

const startsNoNode = true;
const EXIT = { mismatch: 65, fault: 70 };

await scenario("a server with other settings does not start, and names the key", {
  startsNoNode,
  settings: { session: "lease_max_ms = 5_000" },
}, async (world) => {
  const [a, b] = world.nodes;
  await a!.start();
  const others = {
    max_clients: { top: "max_clients = 7" },
    lease_max_ms: { session: "lease_max_ms = 6_000" },
    waiting_clients: { session: 'lease_max_ms = 5_000\noverflow = "wait"\nwaiting_clients = 3' },
  };
  for (const [key, other] of Object.entries(others)) {
    await b!.spawn(world.toml(1, other));
    const { code, stdout, stderr } = await b!.exit();
    assertEquals(code, EXIT.mismatch, stdout + stderr);
    assertStringIncludes(stdout + stderr, key);
    console.log(stderr.trim() || stdout.trim().split("\n").at(-1));
  }
  await b!.start();
  assertEquals(await agreed([a!, b!]), []);
});

await scenario(
  "servers with different commands warn, and share a ranking",
  { startsNoNode },
  async (world) => {
    const [a, b] = world.nodes;
    await a!.start();
    await b!.start(world.toml(1, { top: 'commands = ["reboot"]' }));
    for (const node of [a!, b!]) await node.process.line('"event":"config_differs"');
    await agreed([a!, b!]);
  },
);

await scenario(
  "when the log is created again, servers stop, and new ones start",
  { startsNoNode },
  async (world) => {
    const [a, b, c] = world.nodes;
    await a!.start();
    await b!.start();
    const client = await RawClient.join(a!.port);
    await agreed([a!, b!], (roster) => roster.length === 1);
    await deleteLog(world);
    await c!.start();
    for (const node of [a!, b!]) {
      const { code, stdout, stderr } = await node.exit();
      assertEquals(code, EXIT.fault, stdout + stderr);
      assertStringIncludes(stdout, '"event":"cluster_fault"');
    }
    await client.close();
    await a!.start();
    const another = await RawClient.join(a!.port);
    assertEquals(
      (await agreed([a!, c!], (roster) => roster.length === 1))[0]!.ticket,
      another.welcome.ticket,
    );
    await another.close();
  },
);

const version = await natsVersion(NATS_SERVER);
await scenario("three replicas are refused by a NATS server that is too old", {
  startsNoNode,
  ignore: await isNatsMissing(NATS_SERVER) || Number(version?.split(".")[1]) >= 10,
  natsProgram: NATS_SERVER,
}, async (world) => {
  const [a] = world.nodes;
  await a!.spawn(world.toml(0, { replicas: 3 }));
  const { code, stdout, stderr } = await a!.exit();
  assertEquals(code, EXIT.mismatch, stdout + stderr);
  assertStringIncludes(stdout + stderr, version!);
});

await scenario("a server waits for NATS, and says so", { startsNoNode }, async (world) => {
  const [nats] = world.servers;
  await nats!.kill();
  const [a] = world.nodes;
  await a!.spawn();
  const { message } = await a!.event("cluster_unreachable", 20_000);
  assertStringIncludes(String(message), nats!.address);
  await nats!.restart();
  await a!.event("listening", 20_000);
  const client = await RawClient.join(a!.port);
  assertEquals(client.welcome.rank, 0);
  await client.close();
});

await scenario("a server is stopped while it waits for NATS", { startsNoNode }, async (world) => {
  await world.servers[0]!.kill();
  const [a] = world.nodes;
  await a!.spawn();
  await a!.event("cluster_unreachable", 20_000);
  assertEquals((await a!.terminate()).code, 0);
  await world.servers[0]!.restart();
});

async function deleteLog(world: ClusterWorld): Promise<void> {
  const stop = new AbortController();
  const link = await openLink({ servers: world.addresses(0), name: "test" }, stop.signal);
  try {
    for (const stream of ["RANKSNAP_test", "RANK_test"]) {
      const { data } = await link.request(`$JS.API.STREAM.DELETE.${stream}`, "", { timeoutMs: 5_000 });
      assert(JSON.parse(new TextDecoder().decode(data)).success);
    }
  } catch (error) {
    if (!(error instanceof LinkError)) throw error;
    throw new Error(`Cannot delete the log: ${error.failure}`, { cause: error });
  } finally {
    await link.close();
  }
}
