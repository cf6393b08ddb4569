// The identity of a stream: random digits in its description. The time when it was made is no identity: with several servers,
// NATS may report another one after a restart.

import type { ApiAnswer } from "./api_request.ts";
import { LogFault, LogRequestError } from "./log/mod.ts";
import type { StreamSettings } from "./stream_settings.ts";

const PREFIX = "rankserver ";
const IDENTITY = /^[0-9a-f]{16}$/;

/** What a server answers that has not finished making the stream, because another node asked for it first. */
const NOT_MADE_YET = "0001-01-01T00:00:00Z";

/** The description of a new stream. */
export function describeNew(random: () => number): string {
  const digits = () => Math.floor(random() * 2 ** 32).toString(16).padStart(8, "0");
  return PREFIX + digits() + digits();
}

/**
 * @param stream as NATS describes it
 * @throws {LogRequestError} while it is being made
 * @throws {LogFault} "different", for one that no rankserver has made
 */
export function identityOf(stream: ApiAnswer): string {
  const { created } = stream;
  if (typeof created !== "string" || created === NOT_MADE_YET) {
    throw new LogRequestError("NATS has not finished making the stream");
  }
  const { name, description } = stream["config"] as StreamSettings;
  const identity = String(description ?? "");
  if (identity.startsWith(PREFIX) && IDENTITY.test(identity.slice(PREFIX.length))) {
    return identity.slice(PREFIX.length);
  }
  throw new LogFault(
    "different",
    `The stream ${name} was not made by rankserver, or its description was changed`,
    {
      key: "description",
    },
  );
}
