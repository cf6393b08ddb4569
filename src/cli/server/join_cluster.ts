// Starts a server that is one of several: it listens when it has reached NATS, because clients that cannot be served yet
// should go to another one.

import type { ServerConfig, TokenEntry } from "../../config/mod.ts";
import type { SharedJournal } from "../../journal/engines/mod.ts";
import type { Report } from "../../log/mod.ts";
import type { NodeLink } from "../../server/cluster/mod.ts";
import type { Member } from "../../server/connection/mod.ts";
import { createPlaceholder } from "../../server/seats/mod.ts";
import type { Clock } from "../../time/mod.ts";
import type { StopSignals } from "../shared/mod.ts";
import type { PassedSocket } from "../systemd/mod.ts";
import { type OpenedListener, openListener } from "./open_listener.ts";

export interface JoinedCluster {
  readonly listening: OpenedListener;
  readonly journal: SharedJournal<Member>;
  /** To and from the other servers. */
  readonly nodes: NodeLink;
  readonly warnings: readonly string[];
  /** For the log, once the server listens. */
  announce(): void;
  /** Closes the connection to NATS. */
  close(): Promise<void>;
}

export interface ClusterStart {
  readonly config: ServerConfig;
  readonly tokens: readonly TokenEntry[] | undefined;
  readonly clock: Clock;
  readonly report: Report;
  readonly signals: StopSignals;
  /** Of systemd. */
  readonly socket: PassedSocket | undefined;
}

/**
 * Tries until NATS can be used.
 *
 * @param opened closes what has been opened.
 * @returns `undefined`: a signal came first
 * @throws {StartupError | FileError}
 */
export async function joinCluster(
  { config, tokens, clock, report, signals, socket }: ClusterStart,
  opened: AsyncDisposableStack,
): Promise<JoinedCluster | undefined> {
  const { clusterWarnings, openCluster } = await import("./cluster/mod.ts");
  const start = new AbortController();
  let isJoined = false;
  void signals.first.then(() => {
    // Later, the connection is needed to leave.
    if (!isJoined) start.abort();
  });
  try {
    const cluster = opened.use(await openCluster(config, clock, report, start.signal));
    const listening = await openListener(config, socket);
    opened.defer(() => listening.listener.close());
    opened.use(listening.ioPoll);
    const address = listening.listener.addr as Deno.NetAddr;
    const { journal, announce } = await cluster.join<Member>({
      address,
      tokens,
      placeholder: createPlaceholder(),
    });
    isJoined = true;
    const warnings = clusterWarnings(config, address.hostname);
    const close = async () => await cluster[Symbol.asyncDispose]();
    return { listening, journal, nodes: cluster.messages, warnings, announce, close };
  } catch (error) {
    if (start.signal.aborted) return undefined;
    throw error;
  }
}
