// Three NATS servers that form a cluster. With proxies on the routes between them, each can be cut off from the others.

import { FaultyProxy } from "./faulty_proxy.ts";
import { freePorts } from "./free_ports.ts";
import { CLUSTER_SERVER, NatsServer } from "./nats_server.ts";

export const NATS_NAMES = ["s1", "s2", "s3"];
const FORM_MS = 30_000;
/** Of two servers that connect to each other at the same moment, both may close the route of the other: seen with 2.10. */
const ATTEMPTS = 3;

export interface NatsClusterOptions {
  /** For {@linkcode NatsCluster.cutOff}. */
  readonly hasProxies?: boolean;
  readonly program?: string;
  /** More sections of the configuration file of each server. */
  readonly config?: string;
}

export class NatsCluster implements AsyncDisposable {
  readonly servers: readonly NatsServer[];
  /** By the numbers of the server that connects and the one that it connects to. */
  readonly #routes: ReadonlyMap<string, FaultyProxy>;

  private constructor(servers: readonly NatsServer[], routes: ReadonlyMap<string, FaultyProxy>) {
    this.servers = servers;
    this.#routes = routes;
  }

  /** @throws {Error} when they do not find each other */
  static async start(options: NatsClusterOptions = {}): Promise<NatsCluster> {
    for (let attempt = 1;; attempt++) {
      try {
        return await NatsCluster.#start(options);
      } catch (error) {
        if (attempt === ATTEMPTS) throw error;
        console.log(`${error}: they are started again`);
      }
    }
  }

  static async #start({ hasProxies = false, program = CLUSTER_SERVER, config = "" }: NatsClusterOptions) {
    const ports = freePorts(NATS_NAMES.length);
    const routes = hasProxies ? await openRoutes(ports) : new Map<string, FaultyProxy>();
    const servers: NatsServer[] = [];
    const cluster = new NatsCluster(servers, routes);
    try {
      for (const [index, name] of NATS_NAMES.entries()) {
        const urls = ports.map((port, to) =>
          `"nats://127.0.0.1:${routes.get(routeName(index, to))?.port ?? port}"`
        );
        // What the others would connect to when they hear of this server, past the proxies: nothing listens there.
        const advertise = hasProxies ? 'advertise: "127.0.0.1:1", ' : "";
        const routing = `cluster { name: test, listen: "127.0.0.1:${ports[index]}", ${advertise}routes: [${
          urls.join(", ")
        }] }`;
        servers.push(
          await NatsServer.start({
            program,
            config: `server_name: ${name}\n${routing}\n${config}`,
            hasMonitor: true,
          }),
        );
      }
      await cluster.formed();
      return cluster;
    } catch (error) {
      await cluster[Symbol.asyncDispose]();
      throw error;
    }
  }

  /** The addresses of all, with that of one server first. */
  addresses(first: number): string[] {
    return this.servers.map((_, index) => this.servers[(first + index) % this.servers.length]!.address);
  }

  /** The server with this name. */
  named(name: string): NatsServer {
    return this.servers[NATS_NAMES.indexOf(name)]!;
  }

  /** Nothing passes between this server and the others until {@linkcode heal}, in neither direction. */
  cutOff(index: number): void {
    for (const [name, proxy] of this.#routes) {
      if (!name.split("-").includes(`${index}`)) continue;
      proxy.stall("to server");
      proxy.stall("to client");
    }
  }

  heal(): void {
    for (const proxy of this.#routes.values()) proxy.heal();
  }

  /** Waits until each of them knows a leader of JetStream with all three: with fewer, a fault would test something else. */
  async formed(): Promise<void> {
    const deadline = performance.now() + FORM_MS;
    for (;;) {
      const seen = await Promise.all(this.servers.map((server) => metaCluster(server.monitor)));
      if (seen.every(({ leader, cluster_size }) => leader && cluster_size === NATS_NAMES.length)) return;
      if (performance.now() > deadline) {
        throw new Error(`The servers form no cluster: ${JSON.stringify(seen)}`);
      }
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.all(this.servers.map((server) => server[Symbol.asyncDispose]()));
    await Promise.all([...this.#routes.values()].map((proxy) => proxy[Symbol.asyncDispose]()));
  }
}

async function openRoutes(ports: readonly number[]): Promise<Map<string, FaultyProxy>> {
  const routes = new Map<string, FaultyProxy>();
  for (const from of ports.keys()) {
    for (const [to, port] of ports.entries()) {
      if (from !== to) routes.set(routeName(from, to), await FaultyProxy.open(() => port));
    }
  }
  return routes;
}

function routeName(from: number, to: number): string {
  return `${from}-${to}`;
}

async function metaCluster(url: string): Promise<{ leader?: string; cluster_size?: number }> {
  const response = await fetch(`${url}/jsz`);
  return (await response.json()).meta_cluster ?? {};
}
