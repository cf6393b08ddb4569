// Three NATS servers that form a cluster.

import { CLUSTER_SERVER, NatsServer } from "../../../support/programs/nats_server.ts";

const NAMES = ["s1", "s2", "s3"];
const FORM_MS = 10_000;
/** Servers of 2.10 sometimes form a cluster of two, and never one of three. */
const STARTS = 3;

export class NatsCluster implements AsyncDisposable {
  readonly servers: readonly NatsServer[];

  private constructor(servers: readonly NatsServer[]) {
    this.servers = servers;
  }

  /** @throws {Error} when they do not find each other */
  static async start(): Promise<NatsCluster> {
    for (let left = STARTS - 1;; left--) {
      try {
        return await NatsCluster.#start();
      } catch (error) {
        if (left === 0) throw error;
        console.log(`${(error as Error).message}: started again`);
      }
    }
  }

  static async #start(): Promise<NatsCluster> {
    const routes = freePorts(NAMES.length).map((port) => `127.0.0.1:${port}`);
    const urls = routes.map((route) => `"nats://${route}"`).join(", ");
    const servers: NatsServer[] = [];
    const cluster = new NatsCluster(servers);
    try {
      for (const [index, name] of NAMES.entries()) {
        const config = `server_name: ${name}\ncluster { name: test, listen: "${
          routes[index]
        }", routes: [${urls}] }`;
        servers.push(await NatsServer.start({ program: CLUSTER_SERVER, config, hasMonitor: true }));
      }
      await cluster.#formed();
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
    return this.servers[NAMES.indexOf(name)]!;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.all(this.servers.map((server) => server[Symbol.asyncDispose]()));
  }

  /** All of them are known to the leader of JetStream: with fewer, a fault would test something else. */
  async #formed(): Promise<void> {
    const deadline = performance.now() + FORM_MS;
    for (;;) {
      const seen = await Promise.all(this.servers.map((server) => metaCluster(server.monitor)));
      if (seen.every(({ leader, cluster_size }) => leader && cluster_size === NAMES.length)) return;
      if (performance.now() > deadline) {
        throw new Error(`The servers form no cluster: ${JSON.stringify(seen)}`);
      }
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
  }
}

async function metaCluster(url: string): Promise<{ leader?: string; cluster_size?: number }> {
  const response = await fetch(`${url}/jsz`);
  return (await response.json()).meta_cluster ?? {};
}

function freePorts(count: number): number[] {
  const listeners = Array.from({ length: count }, () => Deno.listen({ hostname: "127.0.0.1", port: 0 }));
  const ports = listeners.map((listener) => (listener.addr as Deno.NetAddr).port);
  for (const listener of listeners) listener.close();
  return ports;
}
