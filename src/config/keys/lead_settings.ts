// [lead]: the times of `rankclient --lead`. They have to fit each other here, and the lease that the server grants later.

import { isLeaseLongEnough, type LeaseTimes, shortestLeaseMs } from "../../rules/mod.ts";
import { MAX_WAIT_MS } from "./limits.ts";
import type { Section, SettingValues } from "../reader/mod.ts";

const HOUR_MS = 3_600_000;

export const LEAD_SETTINGS = {
  leaseMs: {
    kind: "integer",
    key: "lease_ms",
    unit: "ms",
    default: 5_000,
    min: 100,
    max: HOUR_MS,
    why:
      "How long the server is asked to keep the seat of a leader that it does not hear from; a shorter lease makes failover faster.",
  },
  killAfterMs: {
    kind: "integer",
    key: "kill_after_ms",
    unit: "ms",
    default: 1_000,
    min: 0,
    max: HOUR_MS,
    why:
      "Time between TERM and KILL for the program of a leader; raise it, and lease_ms, for a program that ends slowly.",
  },
  marginMs: {
    kind: "integer",
    key: "margin_ms",
    unit: "ms",
    default: 250,
    min: 10,
    max: HOUR_MS,
    why: "Time between KILL and the end of the lease; raise it on machines that stall.",
  },
  hookTimeoutMs: {
    kind: "integer",
    key: "hook_timeout_ms",
    unit: "ms",
    default: 10_000,
    min: 1,
    max: MAX_WAIT_MS,
    why: "Time limit for a program of --on-change; the next change waits for it.",
  },
} as const;

export type LeadTimes = SettingValues<typeof LEAD_SETTINGS>;

export const LEAD_SECTION = { path: ["lead"], settings: LEAD_SETTINGS } as const satisfies Section;

/** What is wrong with these times together, as a reason and a hint that follow the key's name. */
export function findLeadConflict(times: LeaseTimes): { reason: string; hint: string } | undefined {
  if (isLeaseLongEnough(times)) return undefined;
  const { leaseMs, killAfterMs, marginMs } = times;
  return {
    reason:
      `of ${leaseMs} is too short: from each proof of rank 0 it has to hold two pings (a third of it), then ` +
      `kill_after_ms (${killAfterMs}) and margin_ms (${marginMs})`,
    hint: `raise it to ${shortestLeaseMs(times)} or more, or lower the other two`,
  };
}
