// The servers that are compared: how each is found, started on a port of the loopback, and told how much it may keep for
// a receiver that does not read. What they do otherwise is what they do out of the box.

import { join } from "node:path";
import type { SeatsPlan } from "../rows/mod.ts";
import type { Certificate } from "./certificate.ts";

export const PEERS = ["rankserver", "redis", "nats", "raw"] as const;
export type Peer = typeof PEERS[number];

/** The protocol that the load generator speaks to a peer. */
export const PROTOCOL: Readonly<Record<Peer, string>> = {
  rankserver: "rank",
  redis: "redis",
  nats: "nats",
  raw: "raw",
};

/** How a peer's log says that it closed a receiver that does not read. */
export const SLOW_WORDS: Readonly<Record<Peer, string>> = {
  rankserver: "slow_reader",
  redis: "for overcoming of output buffer limits",
  nats: "Slow Consumer Detected",
  raw: "it never does",
};

/** Unsent bytes for one client in the plan where such clients are to be closed. */
export const SMALL_OUTBOX_BYTES = 1024 * 1024;

export interface PeerCommand {
  readonly argv: readonly [string, ...string[]];
  readonly env: Readonly<Record<string, string>>;
}

export interface PeerSetup {
  /** How to start rankserver, up to its own flags. */
  readonly rankserver: readonly [string, ...string[]];
  readonly root: string;
  readonly folder: string;
  /** For plans with TLS. */
  readonly certificate: Certificate | undefined;
}

/** What starts `peer` on `port` for the clients of a plan; a small outbox makes it close receivers that do not read. */
export function peerCommand(peer: Peer, port: number, plan: SeatsPlan, setup: PeerSetup): PeerCommand {
  const { receivers, others = 0, hasSmallOutbox = false } = plan;
  const clients = receivers + 1 + others;
  const tls = plan.hasTls ? setup.certificate : undefined;
  if (plan.hasTls && tls === undefined) throw new Error("Cannot measure TLS without a certificate");
  switch (peer) {
    case "rankserver":
      return rankserverCommand(port, clients, hasSmallOutbox, tls, setup);
    case "redis":
      return redisCommand(port, clients, hasSmallOutbox, tls, setup);
    case "nats":
      return {
        argv: ["nats-server", "-c", natsFile(port, hasSmallOutbox, tls, setup.folder)],
        env: {},
      };
    case "raw": {
      const permissions = ["--no-prompt", "--allow-net", "--allow-read"];
      const program = join(setup.root, "bench/servers/raw_broadcaster.ts");
      const files = tls === undefined ? [] : [tls.cert, tls.key];
      return { argv: [Deno.execPath(), "run", ...permissions, program, `${port}`, ...files], env: {} };
    }
  }
}

function rankserverCommand(
  port: number,
  clients: number,
  hasSmallOutbox: boolean,
  tls: Certificate | undefined,
  setup: PeerSetup,
): PeerCommand {
  const flags = ["--port", `${port}`, "--max-clients", `${clients}`, "--commands", "ping"];
  const files = tls === undefined ? [] : ["--tls-cert", tls.cert, "--tls-key", tls.key];
  return {
    argv: [...setup.rankserver, ...flags, ...files],
    env: hasSmallOutbox
      ? {
        RANKSERVER_LIMITS_OUTBOX_BYTES: `${SMALL_OUTBOX_BYTES}`,
        // An answer has to fit into the outbox.
        RANKSERVER_LIMITS_RUN_OUTPUT_BYTES: "65536",
      }
      : {},
  };
}

function redisCommand(
  port: number,
  clients: number,
  hasSmallOutbox: boolean,
  tls: Certificate | undefined,
  { folder }: PeerSetup,
): PeerCommand {
  const plain = ["--bind", "127.0.0.1", "--save", "", "--appendonly", "no", "--dir", folder];
  const limits = ["--maxclients", `${clients}`];
  if (hasSmallOutbox) limits.push("--client-output-buffer-limit", `pubsub ${SMALL_OUTBOX_BYTES} 0 0`);
  const ports = tls === undefined ? ["--port", `${port}`] : ["--port", "0", "--tls-port", `${port}`];
  const files = tls === undefined
    ? []
    : ["--tls-cert-file", tls.cert, "--tls-key-file", tls.key, "--tls-ca-cert-file", tls.cert];
  const open = tls === undefined ? [] : ["--tls-auth-clients", "no"];
  return { argv: ["redis-server", ...ports, ...plain, ...limits, ...files, ...open], env: {} };
}

function natsFile(
  port: number,
  hasSmallOutbox: boolean,
  tls: Certificate | undefined,
  folder: string,
): string {
  const path = join(folder, `nats-${port}.conf`);
  const limit = hasSmallOutbox ? `max_pending: ${SMALL_OUTBOX_BYTES}\n` : "";
  // The time is for one handshake of many at once.
  const files = tls === undefined
    ? ""
    : `tls { cert_file: "${tls.cert}", key_file: "${tls.key}", timeout: 10 }\n`;
  Deno.writeTextFileSync(path, `listen: "127.0.0.1:${port}"\n${limit}${files}`);
  return path;
}

/** "7.0.15", or `undefined` where the program is not installed. */
export function peerVersion(peer: "redis" | "nats"): string | undefined {
  try {
    const { stdout } = new Deno.Command(`${peer}-server`, { args: ["--version"] }).outputSync();
    return /v[=:]? ?v?([0-9.]+)/.exec(new TextDecoder().decode(stdout))?.[1] ?? "unknown";
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return undefined;
    throw error;
  }
}
