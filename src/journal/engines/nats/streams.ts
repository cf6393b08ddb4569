// Makes the streams of a ranking, or checks those that are there.

import { ApiError, requestApi } from "./api_request.ts";
import type { NatsLink } from "./link/mod.ts";
import { LogFault, type LogRequestError, type LogSystem, retry } from "./log/mod.ts";
import type { LogNames } from "./names.ts";
import { describeNew, identityOf } from "./stream_identity.ts";
import {
  findDifference,
  logSettings,
  snapshotSettings,
  type StreamSettings,
  withoutUnset,
} from "./stream_settings.ts";

const TIMEOUT_MS = 2_000;
const NOT_FOUND = 10_059;
/** Another node has made the stream meanwhile, perhaps with other settings. */
const NAME_IN_USE = 10_058;
/** A server that is not part of a cluster. */
const NOT_CLUSTERED = 10_074;
/** These records may differ between replicas in older versions. */
const MIN_REPLICATED = { major: 2, minor: 10 };

/** @throws {LogFault} "old-server" */
export function checkServerVersion(version: string, replicas: number): void {
  if (replicas === 1) return;
  const [, major, minor] = /^v?(\d+)\.(\d+)\./.exec(version) ?? [];
  const isNew = Number(major) > MIN_REPLICATED.major ||
    (Number(major) === MIN_REPLICATED.major && Number(minor) >= MIN_REPLICATED.minor);
  if (isNew) return;
  throw new LogFault(
    "old-server",
    `Cannot keep ${replicas} replicas with nats-server ${
      version || "of an unknown version"
    }: they need 2.10 or later`,
  );
}

/**
 * Tries until the streams are there.
 *
 * @param onFailure is called with each failure before it tries again
 * @returns the identity of the log
 * @throws {LogFault} "different" or "denied"
 */
export async function ensureStreams(
  link: NatsLink,
  names: LogNames,
  replicas: number,
  system: LogSystem,
  signal: AbortSignal,
  onFailure?: (error: LogRequestError) => void,
): Promise<string> {
  const ensure = (settings: StreamSettings) => {
    const description = describeNew(system.random);
    return retry(system, signal, () => ensureStream(link, settings, description), onFailure);
  };
  const identity = await ensure(logSettings(names, replicas));
  await ensure(snapshotSettings(names, replicas));
  return identity;
}

/** @returns its identity */
async function ensureStream(link: NatsLink, settings: StreamSettings, description: string): Promise<string> {
  const name = String(settings["name"]);
  const find = () => requestApi(link, `$JS.API.STREAM.INFO.${name}`, {}, TIMEOUT_MS);
  let stream;
  try {
    stream = await find();
  } catch (error) {
    if (!(error instanceof ApiError && error.code === NOT_FOUND)) throw error;
    await createStream(link, name, { ...settings, description });
    // Another node may have made it at the same moment, and what counts is what the servers have agreed on.
    stream = await find();
  }
  const difference = findDifference(settings, stream["config"] as StreamSettings);
  if (difference !== undefined) {
    throw different(name, difference, settings, stream["config"] as StreamSettings);
  }
  return identityOf(stream);
}

async function createStream(link: NatsLink, name: string, settings: StreamSettings): Promise<void> {
  try {
    await requestApi(link, `$JS.API.STREAM.CREATE.${name}`, withoutUnset(settings), TIMEOUT_MS);
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    if (error.code === NOT_CLUSTERED) {
      throw new LogFault(
        "different",
        `Cannot keep ${settings["num_replicas"]} replicas: the NATS server is not part of a cluster`,
        { key: "cluster", cause: error },
      );
    }
    if (error.code !== NAME_IN_USE) throw error;
  }
}

function different(name: string, key: string, wanted: StreamSettings, present: StreamSettings): LogFault {
  const value = (settings: StreamSettings) => JSON.stringify(settings[key] ?? null);
  return new LogFault(
    "different",
    `The stream ${name} has ${key} ${value(present)}, but this server requires ${value(wanted)}`,
    { key },
  );
}
