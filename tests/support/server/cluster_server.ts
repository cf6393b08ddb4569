// A server in this process that shares its journal with others over a real NATS server.

import { ClusterJournal } from "../../../src/journal/engines/cluster/cluster_journal.ts";
import {
  type LogPort,
  type NatsLink,
  NodeMessages,
  openLink,
  openLog,
} from "../../../src/journal/engines/nats/mod.ts";
import type { Member } from "../../../src/server/connection/member.ts";
import { createPlaceholder } from "../../../src/server/seats/disconnected_member.ts";
import { DENO_CLOCK } from "../../../src/time/mod.ts";
import { startServer, type TestServer } from "./start_server.ts";

export interface ClusterServerOptions {
  /** "host:port" of NATS. */
  readonly nats: string;
  readonly name: string;
  /** Of the configuration file; capacity and leases are given to the journal as they are in `settings`. */
  readonly toml?: string;
  /** Keys of its section [session]. */
  readonly session?: string;
  readonly tokens?: string;
  readonly capacity?: number;
  readonly waitingCapacity?: number;
  /** Puts something between the server and its log. */
  readonly wrap?: (log: LogPort) => LogPort;
}

export interface ClusterServer extends AsyncDisposable {
  readonly server: TestServer;
  readonly journal: ClusterJournal<Member>;
  readonly link: NatsLink;
  readonly port: number;
  /** Ends without a word, as if the process had been killed; the sockets stay open. */
  kill(): Promise<void>;
}

const SYSTEM = { clock: { now: () => performance.now(), after: DENO_CLOCK.after }, random: Math.random };
const NEVER = new AbortController().signal;
const LEASE_MAX_MS = 3_000;

export async function startClusterServer(options: ClusterServerOptions): Promise<ClusterServer> {
  const { nats, name, toml = "", session = "", tokens, capacity = 20, waitingCapacity = 0 } = options;
  const { wrap = (log) => log } = options;
  const link = await openLink({ servers: [nats], name }, NEVER);
  const open = await openLog(link, { name: "test", replicas: 1, system: SYSTEM }, NEVER);
  const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const { port } = listener.addr as Deno.NetAddr;
  const journal = new ClusterJournal<Member>({
    ...open,
    log: wrap(open.log),
    system: SYSTEM,
    name,
    address: `127.0.0.1:${port}`,
    version: "0.1.0",
    configHash: "same",
    settings: { capacity, waitingCapacity, leaseMaxMs: LEASE_MAX_MS },
    graceMs: LEASE_MAX_MS,
    placeholder: createPlaceholder(),
  });
  await journal.start();
  const server = await startServer({
    toml: `max_clients = ${capacity}\n${toml}\n[session]\nlease_max_ms = ${LEASE_MAX_MS}\n${session}\n` +
      (waitingCapacity > 0 ? `overflow = "wait"\nwaiting_clients = ${waitingCapacity}\n` : ""),
    listener,
    journal,
    nodes: new NodeMessages(link, "test"),
    ...tokens === undefined ? {} : { tokens },
  });
  return {
    server,
    journal,
    link,
    port,
    async kill() {
      journal.stop();
      await link.close();
    },
    async [Symbol.asyncDispose]() {
      await server.stop();
      await link.close();
    },
  };
}
