// Makes a simulated server one of several: as src/cli/server/cluster/open_cluster.ts does, on a simulated NATS.

import { ClusterJournal } from "../../../src/journal/engines/cluster/mod.ts";
import { NodeMessages, openLog } from "../../../src/journal/engines/nats/mod.ts";
import type { Member } from "../../../src/server/connection/member.ts";
import { createPlaceholder } from "../../../src/server/seats/disconnected_member.ts";
import { SERVER_PORT, type World } from "../actors/world.ts";
import { SimLink } from "../nats/sim_link.ts";
import type { SimNats } from "../nats/sim_nats.ts";
import type { SimProcess } from "../world/process.ts";
import { randomStream } from "../world/random_stream.ts";

const NAME = "sim";
const NEVER = new AbortController().signal;

export interface JoinedSimCluster {
  readonly journal: ClusterJournal<Member>;
  readonly nodes: NodeMessages;
  readonly link: SimLink;
}

/** @param opened called before the server is a node: from then on, it listens. @throws {LogFault} */
export async function joinSimCluster(
  world: World,
  nats: SimNats,
  process: SimProcess,
  index: number,
  opened: () => void,
): Promise<JoinedSimCluster> {
  const { scenario, serverConfig: { session, maxClients } } = world;
  const random = randomStream(scenario.seed, `node ${process.name} ${process.pid}`);
  const system = {
    clock: { now: () => process.now().running, after: process.clock.after },
    random: () => random.next(),
  };
  const own = index % nats.servers.length;
  // Its own machine's first.
  const order = [...nats.servers.slice(own), ...nats.servers.slice(0, own)];
  const link = await SimLink.open(nats, process, order, random);
  const replicas = nats.servers.length === 1 ? 1 : 3;
  const log = await openLog(link, { name: NAME, replicas, system }, NEVER);
  opened();
  const journal = new ClusterJournal<Member>({
    ...log,
    system,
    name: process.name,
    address: `${process.name}:${SERVER_PORT}`,
    version: "0.1.0",
    configHash: "c",
    settings: {
      capacity: maxClients,
      waitingCapacity: session.overflow === "wait" ? session.waitingClients : 0,
      leaseMaxMs: session.leaseMaxMs,
    },
    graceMs: Math.max(session.resumeGraceMs, session.leaseMaxMs),
    placeholder: createPlaceholder(),
  });
  await journal.start();
  return { journal, nodes: new NodeMessages(link, NAME), link };
}

/** The log of the ranking. */
export const LOG_STREAM = `RANK_${NAME}`;
