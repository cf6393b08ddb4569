// Faults of the NATS servers, and of the network between them and the servers.

import type { FaultContext, Injections } from "../faults/fault_context.ts";
import type { NatsServer } from "../nats/nats_server.ts";
import type { NatsRates, SimNats } from "../nats/sim_nats.ts";
import type { ClusterFaultKind } from "../faults/fault.ts";
import { LOG_STREAM } from "./join_sim_cluster.ts";

interface Nats {
  readonly nats: SimNats;
  /** The one that a fault is about. */
  readonly natsServer: NatsServer;
}

/** Only where there are several servers. */
function withNats(inject: (context: FaultContext & Nats) => boolean): (context: FaultContext) => boolean {
  return (context) => {
    const { world: { nats }, ms } = context;
    if (nats === undefined) return false;
    return inject({ ...context, nats, natsServer: nats.servers[ms % nats.servers.length]! });
  };
}

export const CLUSTER_FAULTS = {
  /** A server, its NATS server if there are several, and a client are cut off from the others. */
  cut_site: withNats((context) => {
    const { server, nats, client, clients, world } = context;
    const inside = [server.machine.name, client.name];
    if (nats.servers.length > 1) inside.push(nats.servers[server.index % nats.servers.length]!.name);
    const all = [
      ...world.servers.map(({ host }) => host),
      ...nats.servers.map(({ name }) => name),
      ...clients.map(({ name }) => name),
    ];
    return cut(context, inside, all.filter((name) => !inside.includes(name)));
  }),
  cut_server: withNats((context) =>
    cut(context, [context.server.machine.name], context.nats.servers.map(({ name }) => name))
  ),
  cut_nats: withNats((context) => {
    const { nats, natsServer } = context;
    const others = nats.servers.filter((other) => other !== natsServer).map(({ name }) => name);
    return others.length > 0 && cut(context, [natsServer.name], others);
  }),
  kill_nats: withNats(({ nats, natsServer, ms, later }) => {
    if (!natsServer.isThere) return false;
    natsServer.process.signal("SIGKILL");
    later(ms, () => nats.start(natsServer));
    return true;
  }),
  kill_all_nats: withNats(({ nats, ms, later }) => {
    for (const server of nats.servers) {
      if (!server.isThere) continue;
      server.process.signal("SIGKILL");
      later(ms, () => nats.start(server));
    }
    return true;
  }),
  stop_nats: withNats(({ natsServer, ms, later }) => {
    if (!natsServer.isRunning) return false;
    const { process } = natsServer;
    process.signal("SIGSTOP");
    later(ms, () => process.signal("SIGCONT"));
    return true;
  }),
  cut_nats_power: withNats(({ nats, natsServer, ms, later }) => {
    natsServer.machine.cutPower();
    later(ms, () => nats.start(natsServer));
    return true;
  }),
  move_nats_leader: withNats(({ nats }) => nats.streams.get(LOG_STREAM)?.stepDown() ?? false),
  /** Deleted and created again by a person. */
  recreate_log: withNats(({ nats, world: { oracle } }) => {
    const stream = nats.streams.get(LOG_STREAM);
    if (stream === undefined) return false;
    nats.recreateStream(stream);
    oracle.logRecreated();
    return true;
  }),
  lag_replica: withNats(({ natsServer, ms, later }) => {
    natsServer.lagMs = ms;
    later(ms * 2, () => natsServer.lagMs = 0);
    return true;
  }),
  lose_acks: withNats((context) => change(context, { lostAcks: context.ms % 2 === 0 ? 1 : 0.3 })),
  lose_republish: withNats((context) => change(context, { lostRepublish: context.ms % 2 === 0 ? 1 : 0.5 })),
  lose_messages: withNats((context) => change(context, { lostMessages: context.ms % 2 === 0 ? 1 : 0.3 })),
} satisfies Pick<Injections, ClusterFaultKind>;

function cut(
  { world: { network }, ms, later }: FaultContext,
  inside: readonly string[],
  outside: readonly string[],
): boolean {
  later(ms, network.cut(inside, outside));
  return true;
}

function change({ nats: { rates }, ms, later }: FaultContext & Nats, changes: Partial<NatsRates>): boolean {
  const before = { ...rates };
  Object.assign(rates, changes);
  later(ms, () => Object.assign(rates, before));
  return true;
}
