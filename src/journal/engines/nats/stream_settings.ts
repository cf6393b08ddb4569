// How the streams are set up, and what is different where they are set up otherwise. A stream is never changed: an operator
// has made it like that, or other nodes rely on it.

import type { LogNames } from "./names.ts";

export type StreamSettings = Readonly<Record<string, unknown>>;

/** The server stores a record with the same id once within this time. */
const DUPLICATE_WINDOW_NS = 120_000_000_000;

/** Whatever these allow would lose or change records. */
const COMMON: StreamSettings = {
  retention: "limits",
  storage: "file",
  max_consumers: -1,
  max_msgs: -1,
  max_bytes: -1,
  max_age: 0,
  max_msg_size: -1,
  duplicate_window: DUPLICATE_WINDOW_NS,
  allow_direct: true,
  no_ack: false,
  sealed: false,
  deny_purge: false,
  allow_rollup_hdrs: false,
  mirror: null,
  sources: null,
  subject_transform: null,
};

export function logSettings({ stream, log, tail }: LogNames, replicas: number): StreamSettings {
  return {
    ...COMMON,
    name: stream,
    subjects: [log],
    num_replicas: replicas,
    // A full disk refuses new records instead of deleting old ones.
    discard: "new",
    max_msgs_per_subject: -1,
    deny_delete: true,
    republish: { src: log, dest: tail },
  };
}

export function snapshotSettings({ snapshotStream, snapshots }: LogNames, replicas: number): StreamSettings {
  return {
    ...COMMON,
    name: snapshotStream,
    subjects: [snapshots],
    num_replicas: replicas,
    discard: "old",
    max_msgs_per_subject: 1,
    deny_delete: false,
    republish: null,
  };
}

/** What to send for a new stream: NATS 2.9 does not know all settings, and leaves out what is not set. */
export function withoutUnset(settings: StreamSettings): StreamSettings {
  return Object.fromEntries(Object.entries(settings).filter(([, value]) => !isUnset(value)));
}

/** The first key that differs. What NATS leaves out is not set. */
export function findDifference(wanted: StreamSettings, present: StreamSettings): string | undefined {
  return Object.keys(wanted).find((key) => canonical(wanted[key]) !== canonical(present[key]));
}

function isUnset(value: unknown): boolean {
  return value === undefined || value === null || value === false || value === 0 || value === "";
}

function canonical(value: unknown): string {
  if (isUnset(value)) return "";
  return JSON.stringify(value, (_key, part) => {
    if (typeof part !== "object" || part === null || Array.isArray(part)) return part;
    return Object.fromEntries(
      Object.entries(part).filter(([, v]) => !isUnset(v)).sort(([a], [b]) => a < b ? -1 : 1),
    );
  });
}
