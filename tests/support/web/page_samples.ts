// Made-up data for the page.

import type { Activity, ChartPoint, Figures, PageMember } from "../../../src/web/messages/mod.ts";

export const FIGURES: Figures = {
  version: "0.1.0",
  address: "127.0.0.1:6000",
  uptime_ms: 7_500_000,
  members: 0,
  capacity: 20,
  epoch: 1,
  away: 0,
  waiting: 0,
  connections: 0,
  runs_in_flight: 0,
  late_answers: 0,
  is_draining: false,
  lead_after_ms: 0,
};

const ROLES = ["web", "db", "cache", "queue", "mail", "build"];

export function sampleMember(ticket: number, facts: Partial<PageMember> = {}): PageMember {
  return {
    ticket,
    name: `${ROLES[ticket % ROLES.length]}-${ticket}`,
    address: `10.0.${ticket >> 8}.${ticket % 256}:${40_000 + ticket % 10_000}`,
    since: Date.now() - 60_000 * (400 / ticket) ** 1.4,
    ...facts,
  };
}

/** An hour, with a wave and some failures. */
export function sampleChart(now: number): ChartPoint[] {
  return Array.from({ length: 360 }, (_, index) => ({
    at: now - (359 - index) * 10_000,
    members: 9 + Math.round(3 * Math.sin(index / 45)) + (index > 250 ? 2 : 0),
    commandsPerSecond: Math.max(0, 4 + 3 * Math.sin(index / 20) + 1.5 * Math.sin(index / 3)),
    failures: index % 71 === 0 ? 3 : index % 47 === 0 ? 1 : 0,
  }));
}

export function sampleActivity(now: number): Activity[] {
  const web = { name: "web-1", address: "10.0.0.1:40001", rank: 0, ticket: 1 };
  const cache = { name: "cache-8", address: "10.0.0.8:40008", rank: 5, ticket: 8 };
  const at = (secondsAgo: number) => now - secondsAgo * 1_000;
  return [
    { id: 1, at: at(300), kind: "server", level: "info", text: "Configuration reloaded: changed commands" },
    { id: 2, at: at(200), kind: "joined", client: { ...cache } },
    {
      id: 3,
      at: at(170),
      kind: "command",
      by: web,
      command: "restart",
      args: ["nginx"],
      executors: 8,
      count: 1,
      run: 41,
    },
    {
      id: 4,
      at: at(168),
      kind: "run",
      run: 41,
      command: "restart",
      counts: { executors: 8, ok: 5, failed: 2, timed_out: 1 },
      failures: [
        { rank: 2, name: "cache-2", status: "failed" },
        { rank: 4, name: "mail-4", status: "timed_out" },
        { rank: 5, name: "build-5", status: "failed" },
      ],
      ms: 2_340,
    },
    {
      id: 5,
      at: at(120),
      kind: "refused",
      by: cache,
      command: "reboot",
      args: [],
      reason: "not_allowed",
      message: 'Only rank 0 may send "reboot"',
    },
    {
      id: 6,
      at: at(95),
      kind: "away",
      client: { ...cache, name: "queue-9" },
      reason: "reset",
      keepMs: 30_000,
    },
    {
      id: 7,
      at: at(61),
      kind: "command",
      by: web,
      command: "uptime",
      args: [],
      executors: 9,
      count: 1,
      run: 42,
    },
    {
      id: 8,
      at: at(60.7),
      kind: "run",
      run: 42,
      command: "uptime",
      counts: { executors: 9, ok: 9 },
      failures: [],
      ms: 212,
    },
    {
      id: 9,
      at: at(30),
      kind: "left",
      client: { name: "db-3", address: "10.0.0.3:40003" },
      reason: "timed_out",
    },
    {
      id: 10,
      at: at(12),
      kind: "turned_away",
      client: { address: "192.168.7.20:51234" },
      reason: "unauthenticated",
    },
    {
      id: 11,
      at: at(2),
      kind: "command",
      by: web,
      command: "deploy",
      args: ["api", "v2.14"],
      executors: 9,
      count: 1,
      run: 43,
    },
  ];
}
