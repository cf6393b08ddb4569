// Joins a cluster: connects to NATS, opens the log of the ranking, and makes this server one of its nodes.

import type { ServerConfig, TokenEntry } from "../../../config/mod.ts";
import { ClusterJournal } from "../../../journal/engines/cluster/mod.ts";
import type { SharedJournal } from "../../../journal/engines/mod.ts";
import { NodeMessages, openLink, type OpenLog, openLog } from "../../../journal/engines/nats/mod.ts";
import type { Report } from "../../../log/mod.ts";
import { type Clock, unlessAborted } from "../../../time/mod.ts";
import { VERSION } from "../../shared/mod.ts";
import { explainStart } from "./cluster_error.ts";
import { reportJoined, withReports } from "./cluster_reports.ts";
import { hashConfig } from "./config_hash.ts";
import { FailedAttempts } from "./failed_attempts.ts";
import { readNatsAccess } from "./nats_access.ts";
import { advertisedAddress, nodeName } from "./node_identity.ts";

/** How often a start that takes long is reported. */
const WAITING_MS = 5_000;

/** The log of a cluster that this server has not joined yet. */
export interface OpenedCluster extends AsyncDisposable {
  /** To and from the other servers. */
  readonly messages: NodeMessages;
  /** Resolves when this server is a node. @throws {StartupError} */
  join<Member>(server: JoiningServer<Member>): Promise<Joined<Member>>;
}

export interface Joined<Member> {
  readonly journal: SharedJournal<Member>;
  /** Reports it, once the server listens to the journal. */
  announce(): void;
}

export interface JoiningServer<Member> {
  /** Where it listens. */
  readonly address: Deno.NetAddr;
  /** `undefined`: clients need no token. */
  readonly tokens: readonly TokenEntry[] | undefined;
  readonly placeholder: Member;
}

/**
 * Tries until NATS can be used, or `signal` ends the attempts.
 *
 * @throws {FileError | StartupError}
 */
export async function openCluster(
  config: ServerConfig,
  clock: Clock,
  report: Report,
  signal: AbortSignal,
): Promise<OpenedCluster> {
  const { cluster } = config;
  const access = await readNatsAccess(cluster);
  const attempts = new FailedAttempts({ servers: cluster.servers, report, now: clock.now });
  const system = { clock, random: Math.random };
  await using opening = new AsyncDisposableStack();
  try {
    const link = await openLink({
      servers: cluster.servers,
      name: `rankserver ${nodeName(cluster)}`,
      ...access,
      onDialFailure: (server, reason) => attempts.dialFailed(server, reason),
    }, signal);
    opening.defer(() => link.close());
    link.watch((event) => {
      if (event.kind === "refused") attempts.failed(event.reason);
    });
    const { name } = cluster;
    const replicas = cluster.replicas === 1 ? 1 : 3;
    const onFailure = ({ message }: Error) => attempts.failed(message);
    const log = await openLog(link, { name, replicas, system, onFailure }, signal);
    const join = async <Member>(server: JoiningServer<Member>) => {
      const stopWaiting = every(
        clock,
        WAITING_MS,
        () => attempts.failed("the log of the cluster does not answer"),
      );
      try {
        return await joinCluster({ config, log, system, report, signal }, server);
      } catch (error) {
        throw explainStart(error, cluster);
      } finally {
        stopWaiting();
      }
    };
    const opened = opening.move();
    const messages = new NodeMessages(link, name);
    return { messages, join, [Symbol.asyncDispose]: () => opened.disposeAsync() };
  } catch (error) {
    throw explainStart(error, cluster);
  }
}

interface Joining {
  readonly config: ServerConfig;
  readonly log: OpenLog;
  readonly system: { readonly clock: Clock; readonly random: () => number };
  readonly report: Report;
  readonly signal: AbortSignal;
}

async function joinCluster<Member>(
  { config, log, system, report, signal }: Joining,
  { address, tokens, placeholder }: JoiningServer<Member>,
): Promise<Joined<Member>> {
  const { cluster, session } = config;
  const configHash = await hashConfig(config, tokens);
  const journal = new ClusterJournal<Member>({
    ...log,
    system,
    name: nodeName(cluster),
    address: advertisedAddress(cluster, address),
    version: VERSION,
    configHash,
    settings: {
      capacity: config.maxClients,
      waitingCapacity: session.overflow === "wait" ? session.waitingClients : 0,
      leaseMaxMs: session.leaseMaxMs,
    },
    graceMs: Math.max(session.resumeGraceMs, session.leaseMaxMs),
    placeholder,
  });
  await unlessAborted(journal.start(), signal);
  if (signal.aborted) journal.stop();
  signal.throwIfAborted();
  const reported = { cluster: cluster.name, configHash, report };
  return { journal: withReports(journal, reported), announce: () => reportJoined(journal, reported) };
}

/** @returns what ends it */
function every({ after }: Clock, ms: number, callback: () => void): () => void {
  let cancel = () => {};
  const wait = () => {
    cancel = after(ms, () => {
      callback();
      wait();
    });
  };
  wait();
  return () => cancel();
}
