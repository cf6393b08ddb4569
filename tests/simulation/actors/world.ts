// What the actors of one simulation share, and the system that each process runs on.

import type { ServerConfig } from "../../../src/config/server_config.ts";
import type { ClientConfig } from "../../../src/config/client_config.ts";
import type { ConnectionSystem } from "../../../src/client/connection/connection_system.ts";
import type { SignalSystem } from "../../../src/client/processes/signal_system.ts";
import { wait } from "../../../src/time/wait.ts";
import type { AccessTokens } from "./access_tokens.ts";
import { randomStream } from "../world/random_stream.ts";
import type { ServerAddress } from "../../../src/words/mod.ts";
import type { SimNats } from "../nats/sim_nats.ts";
import type { SimDisk } from "../world/disk.ts";
import type { Network } from "../world/network.ts";
import type { SimProcess } from "../world/process.ts";
import type { Scheduler } from "../world/scheduler.ts";
import type { Oracle } from "../oracle/oracle.ts";
import type { Scenario } from "../scenario.ts";
import type { Trace } from "../trace.ts";

export const SERVER_PORT = 6001;
export const SERVER_MACHINE = "server";

/** The machines of the servers. */
export function serverMachines({ cluster }: Pick<Scenario, "cluster">): readonly string[] {
  if (cluster === undefined) return [SERVER_MACHINE];
  return Array.from({ length: cluster.servers }, (_, i) => `${SERVER_MACHINE}-${i + 1}`);
}

export interface World {
  readonly scenario: Scenario;
  readonly scheduler: Scheduler;
  readonly network: Network;
  readonly disk: SimDisk;
  readonly servers: readonly ServerAddress[];
  /** Where several servers share one ranking. */
  readonly nats: SimNats | undefined;
  readonly serverConfig: ServerConfig;
  readonly clientConfig: ClientConfig;
  /** Absent: the server asks for none. */
  readonly tokens: AccessTokens | undefined;
  /** Processes of strangers, which last until the faults are repaired at most. */
  readonly strangers: Set<SimProcess>;
  readonly oracle: Oracle;
  readonly trace: Trace;
}

/** The servers in the order in which a client tries them. */
export function serversFor(
  { servers, scenario: { seed } }: World,
  client: string,
): ServerAddress & { readonly others: readonly ServerAddress[] } {
  const first = randomStream(seed, `servers of ${client}`).below(servers.length);
  const [server, ...others] = [...servers.slice(first), ...servers.slice(0, first)];
  return { ...server!, others };
}

/** The system of a client or a guard that runs as `process`. */
export function connectionSystem(world: World, process: SimProcess): ConnectionSystem {
  const random = randomStream(world.scenario.seed, `back-off of ${process.name} ${process.pid}`);
  return {
    connect: async ({ host, port }, signal) => {
      const socket = await world.network.connect(process, host, port, signal);
      world.oracle.seats.connected(process.name, socket.peer!.process);
      return socket;
    },
    random: () => random.next(),
    delay: async (ms, signal) => {
      await wait(process.clock.after, ms, signal);
      signal.throwIfAborted();
    },
    ...process.clock,
  };
}

export function signalSystem(process: SimProcess): SignalSystem {
  return {
    ...process.clock,
    signal: (pid, signal) => process.state !== "dead" && process.machine.signal(pid, signal),
  };
}

/** How long a process may wait at its end, in ms: for its guard to end, and for connections to close. */
const LINGER_MS = 2_000;

/** Ends a process as its runtime does, when no descriptor is open and no timer is set. Later than that is a violation. */
export function leaveWhenIdle({ oracle, scheduler }: World, process: SimProcess, code: number): void {
  const end = scheduler.now + LINGER_MS;
  const check = () => {
    if (process.state === "dead") return;
    if (process.descriptors > 0 || process.timers > 0) {
      if (scheduler.now < end) return void scheduler.after(LINGER_MS / 20, () => process.enter(check));
      oracle.leftOver(process);
    }
    oracle.cover("ended in good order");
    process.exit(code);
  };
  check();
}
