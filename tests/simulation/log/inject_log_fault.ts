// How each kind of fault of the log simulation is injected.

import { namesOf } from "../../../src/journal/engines/nats/names.ts";
import type { SimProcess } from "../world/process.ts";
import { randomStream } from "../world/random_stream.ts";
import type { LogFaultEvent, LogFaultKind } from "./log_faults.ts";
import { type LogWorld, RANKING } from "./log_world.ts";
import type { NodeActor } from "./node_actor.ts";
import type { SeatClient } from "./seat_client.ts";
import { stealSeat } from "./thief.ts";
import type { NatsServer } from "../nats/nats_server.ts";

export interface LogFaultContext {
  readonly world: LogWorld;
  readonly nodes: readonly NodeActor[];
  readonly clients: readonly SeatClient[];
  /** Ends a fault after `ms`, unless all faults have been repaired by then. */
  readonly later: (ms: number, end: () => void) => void;
}

interface Targets extends LogFaultContext {
  readonly node: NodeActor;
  readonly client: SeatClient;
  readonly server: NatsServer;
  readonly ms: number;
}

const { stream: STREAM, snapshotStream: SNAPSHOTS } = namesOf(RANKING);
/** How many records are lost at most. */
const MAX_LOST = 20;

/** @returns false when it is not possible now */
export function injectLogFault({ kind, target, ms }: LogFaultEvent, context: LogFaultContext): boolean {
  const { nodes, clients, world: { nats: { servers } } } = context;
  return INJECTIONS[kind]({
    ...context,
    ms,
    node: nodes[target % nodes.length]!,
    client: clients[target % clients.length]!,
    server: servers[target % servers.length]!,
  });
}

const INJECTIONS: { readonly [kind in LogFaultKind]: (targets: Targets) => boolean } = {
  /** A node, its NATS server if there are several, and a client cannot reach the others. */
  cut_site(targets) {
    const { node, world: { nats: { servers } }, clients, ms } = targets;
    const inside = [node.machine.name];
    if (servers.length > 1) inside.push(servers[node.index % servers.length]!.name);
    if (ms % 2 === 0) inside.push(clients[node.index % clients.length]!.machine.name);
    return cut(targets, inside, machinesOf(targets).filter((name) => !inside.includes(name)));
  },
  cut_server(targets) {
    const { server, world: { nats: { servers } } } = targets;
    return cut(
      targets,
      [server.name],
      servers.map(({ name }) => name).filter((name) => name !== server.name),
    );
  },
  cut_node(targets) {
    return cut(targets, [targets.node.machine.name], targets.world.nats.servers.map(({ name }) => name));
  },
  cut_node_one_way({ node, world, ms, later }) {
    for (const { name } of world.nats.servers) {
      const [from, to] = ms % 2 === 0 ? [name, node.machine.name] : [node.machine.name, name];
      world.network.block(from, to);
      later(ms, () => world.network.unblock(from, to));
    }
    return true;
  },
  cut_client(targets) {
    return cut(targets, [targets.client.machine.name], targets.nodes.map(({ machine }) => machine.name));
  },
  reset_link({ node }) {
    const { life } = node;
    const server = life?.link?.server;
    const client = server?.isThere && [...server.clients].find(({ process }) => process === life!.process);
    if (!client) return false;
    client.wire.close(server!.process);
    server!.clients.delete(client);
    return true;
  },
  kill_node: ({ node }) => send(node.life?.process, "SIGKILL"),
  stop_node: (targets) => stop(targets.node.life?.process, targets),
  term_node: ({ node }) => node.life?.isAwake === true && send(node.life.process, "SIGTERM"),
  sleep_node({ node: { machine }, ms, later }) {
    machine.sleep();
    later(ms, () => machine.wake());
    return true;
  },
  kill_server: (targets) => killServer(targets, targets.server),
  stop_server: (targets) => targets.server.isThere && stop(targets.server.process, targets),
  kill_two_servers(targets) {
    const [first, second] = targets.world.nats.servers.filter((server) => server !== targets.server);
    const killed = [killServer(targets, first!), killServer(targets, second!)];
    return killed.includes(true);
  },
  /** Without an end of its connections. */
  cut_server_power(targets) {
    const { server, world: { nats }, ms, later } = targets;
    if (!server.isThere) return false;
    server.machine.cutPower();
    later(ms, () => nats.start(server));
    return true;
  },
  lose_records(targets) {
    const { server, world: { nats, oracle, scenario }, ms, later } = targets;
    const stream = nats.streams.get(STREAM);
    if (!server.isThere || stream === undefined) return false;
    server.machine.cutPower();
    const { last, lost } = stream.lose(1 + ms % MAX_LOST);
    loseSnapshotsAfter(last, nats);
    if (lost.length > 0) oracle.lost(stream.identity, last, lost, scenario.leaseMs);
    later(ms, () => nats.start(server));
    return true;
  },
  recreate_stream({ world: { nats, oracle } }) {
    const stream = nats.streams.get(STREAM);
    if (stream === undefined) return false;
    nats.recreateStream(stream);
    oracle.recreated(stream.identity);
    return true;
  },
  move_leader({ world: { nats }, ms }) {
    const name = ms % 4 === 0 ? SNAPSHOTS : STREAM;
    return nats.streams.get(name)?.stepDown() ?? false;
  },
  lag_replica({ server, ms, later }) {
    server.lagMs = ms;
    later(ms * 2, () => server.lagMs = 0);
    return true;
  },
  lose_republish: (targets) => change(targets, { lostRepublish: targets.ms % 2 === 0 ? 1 : 0.5 }),
  lose_acks: (targets) => change(targets, { lostAcks: targets.ms % 2 === 0 ? 1 : 0.3 }),
  disk_full({ world: { nats }, ms, later }) {
    const stream = nats.streams.get(STREAM);
    if (stream === undefined) return false;
    stream.isFull = true;
    later(ms, () => stream.isFull = false);
    return true;
  },
  kill_client: ({ client }) => send(client.process, "SIGKILL"),
  stop_client: (targets) => stop(targets.client.process, targets),
  move_client: ({ client }) => client.move(),
  steal_seat: ({ world, client, nodes, ms }) =>
    stealSeat(world, client, nodes[ms % nodes.length]!, randomStream(world.scenario.seed, `thief ${ms}`)),
  leave: ({ client }) => client.giveUp("leave"),
  yield: ({ client }) => client.giveUp("yield"),
};

/** A snapshot that contains lost records is lost with them: with it, nodes would come to another state than without. */
function loseSnapshotsAfter(position: number, { streams, servers }: LogWorld["nats"]): void {
  const { head } = namesOf(RANKING);
  for (const stream = streams.get(SNAPSHOTS); stream !== undefined; stream.lose(1)) {
    const message = stream.replicas.get(servers[0]!)!.lastOf(head);
    if (message === undefined || JSON.parse(new TextDecoder().decode(message.data)).pos <= position) return;
  }
}

function machinesOf({ world: { nats: { servers } }, nodes, clients }: Targets): readonly string[] {
  return [...servers, ...nodes.map(({ machine }) => machine), ...clients.map(({ machine }) => machine)]
    .map(({ name }) => name);
}

function cut(
  { world: { network }, ms, later }: Targets,
  inside: readonly string[],
  outside: readonly string[],
) {
  later(ms, network.cut(inside, outside));
  return true;
}

function killServer({ world: { nats }, ms, later }: Targets, server: NatsServer): boolean {
  if (!server.isThere) return false;
  server.process.signal("SIGKILL");
  later(ms, () => nats.start(server));
  return true;
}

function send(process: SimProcess | undefined, signal: Deno.Signal): boolean {
  if (process === undefined || process.state === "dead") return false;
  process.signal(signal);
  return true;
}

function stop(process: SimProcess | undefined, { ms, later }: Targets): boolean {
  if (process?.state !== "running") return false;
  process.signal("SIGSTOP");
  later(ms, () => process.signal("SIGCONT"));
  return true;
}

function change(
  { world: { nats: { rates } }, ms, later }: Targets,
  changes: Partial<LogWorld["nats"]["rates"]>,
) {
  const before = { ...rates };
  Object.assign(rates, changes);
  later(ms, () => Object.assign(rates, before));
  return true;
}
