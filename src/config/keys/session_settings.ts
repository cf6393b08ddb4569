// [session]: how long seats last. The times have to fit each other and those of the clients; docs/succession.md explains
// them with a time line.

import type { SettingValues } from "../reader/mod.ts";

const HOUR_MS = 3_600_000;

export const SESSION_SETTINGS = {
  resumeGraceMs: {
    kind: "integer",
    key: "resume_grace_ms",
    unit: "ms",
    default: 0,
    min: 0,
    max: 24 * HOUR_MS,
    why:
      "How long the seat of a client is kept whose connection broke; 0 promotes the others at once. Raise it where networks hiccup.",
  },
  presentMs: {
    kind: "integer",
    key: "present_ms",
    unit: "ms",
    default: 1_000,
    min: 1,
    max: 60_000,
    why:
      "How long a newcomer at a full server may take to show that a kept seat is its own, and the holder of a seat that it is there when another one has its token.",
  },
  heartbeatMs: {
    kind: "integer",
    key: "heartbeat_ms",
    unit: "ms",
    default: 10_000,
    min: 10,
    max: HOUR_MS,
    why: "Silence after which a client is asked whether it is there; lower it to find dead ones sooner.",
  },
  silenceMs: {
    kind: "integer",
    key: "silence_ms",
    unit: "ms",
    default: 30_000,
    min: 20,
    max: 24 * HOUR_MS,
    why: "Silence after which a client is closed; more than heartbeat_ms, so that it can answer.",
  },
  leaseMaxMs: {
    kind: "integer",
    key: "lease_max_ms",
    unit: "ms",
    default: 10_000,
    min: 100,
    max: HOUR_MS,
    why:
      "The longest lease a client may ask for with --lead; for so long after its start, a server without a store or with a new one lets no client lead.",
  },
  overflow: {
    kind: "choice",
    key: "overflow",
    choices: ["refuse", "wait"],
    default: "refuse",
    why: 'What becomes of a client that finds all seats taken: "wait" lets it wait in line for one.',
  },
  waitingClients: {
    kind: "integer",
    key: "waiting_clients",
    unit: "clients",
    default: 1_000,
    min: 1,
    max: 100_000,
    why: "How many may wait; the next one is refused.",
  },
  store: {
    kind: "text",
    key: "store",
    maxLength: 4_096,
    mayBeEmpty: true,
    default: "",
    why:
      "File (SQLite) that keeps seats and tickets over a restart; empty: nothing is kept. With a new file, no client leads before lease_max_ms have passed.",
  },
} as const;

export type SessionTimes = SettingValues<typeof SESSION_SETTINGS>;

/** Times that contradict each other. */
export function findSessionConflicts(
  session: SessionTimes,
): { path: readonly string[]; reason: string; hint: string }[] {
  if (session.silenceMs > session.heartbeatMs) return [];
  return [{
    path: ["session", "silence_ms"],
    reason: `of ${session.silenceMs} is over before a client is asked`,
    hint: `raise it or lower "session.heartbeat_ms", which is ${session.heartbeatMs}`,
  }];
}
