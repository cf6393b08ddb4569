// Servers with one ranking, or a single one to compare with: one load generator with receivers at all of them, and its
// publisher at the first.

import { join } from "node:path";
import type { StepResult } from "../load/load_generator.ts";
import type { ClusterPlan } from "../rows/mod.ts";
import { startNats } from "../servers/nats.ts";
import { type PeerCommand, PROTOCOL } from "../servers/peers.ts";
import { type RunningServer, startServer } from "../servers/running.ts";
import type { BenchSetup } from "./bench_setup.ts";

export async function measureCluster(
  plan: ClusterPlan,
  steps: readonly string[],
  setup: BenchSetup,
): Promise<Map<string, StepResult>> {
  const { running, load, nats: programs, seconds } = setup;
  const { nodes, receivers, replicas, isUnpinned, window = setup.window } = plan;
  const nats = nodes === 0 ? [] : await startNats(running, programs, replicas);
  const servers: RunningServer[] = [];
  try {
    for (let i = 0; i < Math.max(1, nodes); i++) {
      servers.push(await startServer(running, (port) => nodeCommand(port, i, plan, nats, setup)));
    }
    return await load.run({
      protocol: PROTOCOL.rankserver,
      port: servers.map(({ port }) => port),
      serverPid: servers.map(({ pid }) => pid),
      brokerPids: nats.map(({ pid }) => pid),
      receivers,
      window,
      seconds,
      steps,
      ...(isUnpinned ? { isUnpinned } : {}),
    });
  } catch (error) {
    const words = [...servers, ...nats].map((server) => server.lastWords()).join("\n");
    throw new Error(`${(error as Error).message}\nThe last words of the servers:\n${words}`);
  } finally {
    for (const server of [...servers, ...nats]) await server.stop();
  }
}

function nodeCommand(
  port: number,
  index: number,
  { nodes, receivers, replicas }: ClusterPlan,
  nats: readonly RunningServer[],
  { running, servers }: BenchSetup,
): PeerCommand {
  const flags = ["--port", `${port}`, "--max-clients", `${receivers + 1}`, "--commands", "ping"];
  if (nodes === 0) return { argv: [...servers.rankserver, ...flags], env: {} };
  const addresses = nats.map((_, i) => `127.0.0.1:${nats[(index + i) % nats.length]!.port}`);
  const file = join(running.folder, `node-${port}.toml`);
  const lines = [
    "[cluster]",
    `servers = ${JSON.stringify(addresses)}`,
    `node = "node${index}"`,
    `replicas = ${replicas}`,
  ];
  Deno.writeTextFileSync(file, `${lines.join("\n")}\n`);
  return { argv: [...servers.rankserver, "--config", file, ...flags], env: {} };
}
