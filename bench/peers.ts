// The servers that are compared: how each is found, started on a port of the loopback, and told how much it may keep for
// a receiver that does not read. What they do otherwise is what they do out of the box.

import { join } from "node:path";
import type { Plan } from "./rows.ts";

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
}

/** What starts `peer` on `port` for the clients of a plan; a small outbox makes it close receivers that do not read. */
export function peerCommand(
  peer: Peer,
  port: number,
  { receivers, hasSmallOutbox = false }: Plan,
  setup: PeerSetup,
): PeerCommand {
  const clients = receivers + 1;
  switch (peer) {
    case "rankserver":
      return {
        argv: [
          ...setup.rankserver,
          "--port",
          `${port}`,
          "--max-clients",
          `${clients}`,
          "--commands",
          "ping",
        ],
        env: hasSmallOutbox
          ? {
            RANKSERVER_LIMITS_OUTBOX_BYTES: `${SMALL_OUTBOX_BYTES}`,
            // An answer has to fit into the outbox.
            RANKSERVER_LIMITS_RUN_OUTPUT_BYTES: "65536",
          }
          : {},
      };
    case "redis": {
      const limit = hasSmallOutbox
        ? ["--client-output-buffer-limit", `pubsub ${SMALL_OUTBOX_BYTES} 0 0`]
        : [];
      const plain = [
        "--bind",
        "127.0.0.1",
        "--save",
        "",
        "--appendonly",
        "no",
        "--dir",
        setup.folder,
        "--maxclients",
        `${clients}`,
      ];
      return { argv: ["redis-server", "--port", `${port}`, ...plain, ...limit], env: {} };
    }
    case "nats":
      return { argv: ["nats-server", "-c", natsFile(port, hasSmallOutbox, setup.folder)], env: {} };
    case "raw":
      return {
        argv: [
          Deno.execPath(),
          "run",
          "--no-prompt",
          "--allow-net",
          join(setup.root, "bench/raw_broadcaster.ts"),
          `${port}`,
        ],
        env: {},
      };
  }
}

function natsFile(port: number, hasSmallOutbox: boolean, folder: string): string {
  const path = join(folder, `nats-${port}.conf`);
  const limit = hasSmallOutbox ? `max_pending: ${SMALL_OUTBOX_BYTES}\n` : "";
  Deno.writeTextFileSync(path, `listen: "127.0.0.1:${port}"\n${limit}`);
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
