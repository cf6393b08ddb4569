// What happens to the servers of a cluster by chance: each fault from its beginning to its end, after which all of them run.

import type { Random } from "../../../support/random.ts";
import { pause } from "../../lead/world/within.ts";
import type { ClusterWorld } from "../world/cluster_world.ts";

const MIN_MS = 1_500;
const MAX_MS = 15_000;

type Happen = (world: ClusterWorld, random: Random) => Promise<void>;

const NODE_FAULTS = {
  "node killed": async ({ nodes }, random) => {
    const node = random.pick(nodes);
    await node.kill();
    await lasting(random);
    await node.start();
  },
  "node stopped": async ({ nodes }, random) => {
    const node = random.pick(nodes);
    node.pause();
    await lasting(random);
    node.continue();
  },
  "two nodes stopped": async ({ nodes }, random) => {
    const two = random.sample(nodes, 2);
    for (const node of two) node.pause();
    await lasting(random);
    for (const node of two) node.continue();
  },
  "node terminated": async ({ nodes }, random) => {
    const node = random.pick(nodes);
    await node.terminate();
    await node.start();
  },
} satisfies Record<string, Happen>;

const LINK_FAULTS = {
  "node cut off": async (world, random) => {
    world.cutOff(random.below(world.nodes.length));
    await lasting(random);
    world.heal();
  },
} satisfies Record<string, Happen>;

const NATS_FAULTS = {
  "NATS server killed": async ({ servers }, random) => {
    const server = random.pick(servers);
    await server.kill();
    await lasting(random);
    await server.restart();
  },
  "NATS server stopped": async ({ servers }, random) => {
    const server = random.pick(servers);
    server.signal("SIGSTOP");
    await lasting(random);
    server.signal("SIGCONT");
  },
} satisfies Record<string, Happen>;

const CLUSTER_FAULTS = {
  "two NATS servers killed": async ({ servers }, random) => {
    const two = random.sample(servers, 2);
    for (const server of two) await server.kill();
    await lasting(random);
    for (const server of two) await server.restart();
  },
  "partition": async (world, random) => {
    const side = random.below(world.servers.length);
    world.partition(side, [side]);
    await lasting(random);
    world.heal();
  },
} satisfies Record<string, Happen>;

/** Those that are possible with so many NATS servers. */
export function faultsOf(world: ClusterWorld): ReadonlyMap<string, Happen> {
  const links = world.hasProxies ? LINK_FAULTS : {};
  const nats = world.servers.length === 1 ? {} : world.hasProxies ? CLUSTER_FAULTS : {};
  return new Map<string, Happen>(Object.entries({ ...NODE_FAULTS, ...NATS_FAULTS, ...links, ...nats }));
}

async function lasting(random: Random): Promise<void> {
  await pause(MIN_MS + random.next() * (MAX_MS - MIN_MS));
}
