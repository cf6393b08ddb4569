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
      "How long the server keeps the seat of a client whose connection broke; 0 promotes the others immediately. Raise it for unreliable networks.",
  },
  presentMs: {
    kind: "integer",
    key: "present_ms",
    unit: "ms",
    default: 1_000,
    min: 1,
    max: 60_000,
    why:
      "How long a new client at a full server may take to prove that a kept seat is its own, and how long the holder of a seat may take to respond when another client presents its token.",
  },
  heartbeatMs: {
    kind: "integer",
    key: "heartbeat_ms",
    unit: "ms",
    default: 10_000,
    min: 10,
    max: HOUR_MS,
    why:
      "Silence after which the server asks a client for a sign of life; lower it to detect dead clients sooner.",
  },
  silenceMs: {
    kind: "integer",
    key: "silence_ms",
    unit: "ms",
    default: 30_000,
    min: 20,
    max: 24 * HOUR_MS,
    why:
      "Silence after which the server closes a client; must exceed heartbeat_ms, so that the client can answer.",
  },
  leaseMaxMs: {
    kind: "integer",
    key: "lease_max_ms",
    unit: "ms",
    default: 10_000,
    min: 100,
    max: HOUR_MS,
    why:
      "The longest lease for a client with --lead. A server without a store or with a new one lets no client lead for this long after its start.",
  },
  overflow: {
    kind: "choice",
    key: "overflow",
    choices: ["refuse", "wait"],
    default: "refuse",
    why: 'What to do with a client when all seats are taken: "refuse" it, or let it "wait" in line.',
  },
  waitingClients: {
    kind: "integer",
    key: "waiting_clients",
    unit: "clients",
    default: 1_000,
    min: 1,
    max: 100_000,
    why: "Clients that may wait in line; further ones are refused.",
  },
  store: {
    kind: "text",
    key: "store",
    maxLength: 4_096,
    mayBeEmpty: true,
    default: "",
    why:
      "SQLite file that keeps seats and tickets across a restart; empty: no store. With a new file, no client leads until lease_max_ms have passed.",
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
