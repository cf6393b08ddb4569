// Starts a server that is one of several: it listens when it has reached NATS, because clients that cannot be served yet
// should go to another one.

import type { ServerConfig, TokenEntry } from "../../config/mod.ts";
import type { SharedJournal } from "../../journal/engines/mod.ts";
import type { NatsLink } from "../../journal/engines/nats/mod.ts";
import type { Report } from "../../log/mod.ts";
import type { Member } from "../../server/connection/mod.ts";
import { createPlaceholder } from "../../server/seats/mod.ts";
import type { Clock } from "../../time/mod.ts";
import type { StopSignals } from "../shared/mod.ts";
import { type OpenedListener, openListener } from "./open_listener.ts";

export interface JoinedCluster {
  readonly listening: OpenedListener;
  readonly journal: SharedJournal<Member>;
  readonly link: NatsLink;
  /** Of the ranking. */
  readonly name: string;
  readonly warnings: readonly string[];
}

export interface ClusterStart {
  readonly config: ServerConfig;
  readonly tokens: readonly TokenEntry[] | undefined;
  readonly clock: Clock;
  readonly report: Report;
  readonly signals: StopSignals;
}

/**
 * Tries until NATS can be used.
 *
 * @param opened closes what has been opened.
 * @returns `undefined`: a signal came first
 * @throws {StartupError | FileError}
 */
export async function joinCluster(
  { config, tokens, clock, report, signals }: ClusterStart,
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
    const listening = await openListener(config);
    opened.defer(() => listening.listener.close());
    opened.use(listening.ioPoll);
    const address = listening.listener.addr as Deno.NetAddr;
    const journal = await cluster.join<Member>({ address, tokens, placeholder: createPlaceholder() });
    isJoined = true;
    const { link, name } = cluster;
    return { listening, journal, link, name, warnings: clusterWarnings(config, address.hostname) };
  } catch (error) {
    if (start.signal.aborted) return undefined;
    throw error;
  }
}
