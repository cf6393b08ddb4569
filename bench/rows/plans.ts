// The settings in which something is measured, by name. Which plans and steps a run needs follows from its rows.

import type { Peer } from "../servers/peers.ts";
import { WATCHERS } from "./page.ts";
import { type Row, SIZES, sourceFor, sourcesOf } from "./row.ts";

/** One set of connections to one server, on which steps of the load generator are run. */
export interface SeatsPlan {
  readonly kind: "seats";
  readonly receivers: number;
  /** Connections beyond those of the receivers and the publisher. */
  readonly others?: number;
  readonly hasSmallOutbox?: true;
  readonly hasTls?: true;
}

/** Several servers on one port. */
export interface SharedPortPlan {
  readonly kind: "shared-port";
  readonly processes: number;
}

/** Servers with one ranking, with the same number of receivers at each. */
export interface ClusterPlan {
  readonly kind: "cluster";
  /** 0: one server that is in no cluster, to compare with. */
  readonly nodes: number;
  readonly receivers: number;
  /** How many NATS servers keep the ranking. */
  readonly replicas: 1 | 3;
  /** Messages on their way at most, where it is not that of the run. */
  readonly window?: number;
  /** The kernel places servers and generator. */
  readonly isUnpinned?: true;
}

/** A server with open pages, and one without a page. */
export interface PagePlan {
  readonly kind: "page";
  readonly receivers: number;
  readonly watchers: number;
}

export type Plan =
  | SeatsPlan
  | ClusterPlan
  | PagePlan
  | SharedPortPlan
  /** A server that has nothing to do. */
  | { readonly kind: "rest" }
  /** Starts of each server, without a connection. */
  | { readonly kind: "startup" }
  /** Starts of rankserver with a stop watch inside. */
  | { readonly kind: "startup-parts" };

const seats = (receivers: number, more: Partial<SeatsPlan> = {}): SeatsPlan => ({
  kind: "seats",
  receivers,
  ...more,
});

const cluster = (nodes: number, receivers: number, more: Partial<ClusterPlan> = {}): ClusterPlan => ({
  kind: "cluster",
  nodes,
  receivers,
  replicas: 1,
  ...more,
});

/** The sizes of a fleet at one node. */
export const NODE_SIZES = [20, 100, 1_000] as const;
/** Receivers of all nodes together. */
export const SPREAD_SIZES = [200, 1_000] as const;
/** Commands take longer on their way through two nodes, and more of them have to be on it to keep both busy. */
const SPREAD_WINDOW = 1_024;
/** Where the receivers are: on the processor of their server, or on the next one. */
export const BESIDE = "counted:0";
export const APART = "counted:1";
/** Clients that join, by how many at a time. */
export const JOINS = { 1: 1_000, 100: 4_000 } as const;

/** Plans of another name do not disturb each other. */
export const PLANS: Readonly<Record<string, Plan>> = {
  ...Object.fromEntries([10, ...SIZES].map((receivers) => [`${receivers}`, seats(receivers)])),
  "1000-stalled": seats(1_000),
  "1000-evicted": seats(1_000, { hasSmallOutbox: true }),
  "100-tls": seats(100, { hasTls: true }),
  "1000-tls": seats(1_000, { hasTls: true }),
  "3000-tls": seats(3_000, { hasTls: true }),
  "fairness": seats(1, { others: 20 }),
  "fairness-tls": seats(1, { others: 20, hasTls: true }),
  "shared-port-1": { kind: "shared-port", processes: 1 },
  "shared-port-2": { kind: "shared-port", processes: 2 },
  "shared-port-4": { kind: "shared-port", processes: 4 },
  ...Object.fromEntries(
    NODE_SIZES.flatMap((receivers) =>
      [0, 1].map((nodes) => [`cluster-${nodes}-${receivers}`, cluster(nodes, receivers)])
    ),
  ),
  ...Object.fromEntries(
    SPREAD_SIZES.flatMap((receivers) =>
      (["0-beside", "0-apart", "2-beside"] as const).map((how) => [
        `cluster-spread-${how}-${receivers}`,
        cluster(Number(how[0]), receivers, { window: SPREAD_WINDOW }),
      ])
    ),
  ),
  ...Object.fromEntries(
    ([[0, 1], [1, 1], [2, 1], [1, 3], [2, 3]] as const).flatMap(([nodes, replicas]) =>
      Object.entries(JOINS).map(([atOnce, clients]) => [
        `cluster-joins-${nodes}-r${replicas}-${atOnce}`,
        cluster(nodes, clients, { replicas, isUnpinned: true }),
      ])
    ),
  ),
  "page-100": { kind: "page", receivers: 100, watchers: WATCHERS },
  "page-1000": { kind: "page", receivers: 1_000, watchers: WATCHERS },
  "rest": { kind: "rest" },
  "startup": { kind: "startup" },
  "startup-parts": { kind: "startup-parts" },
};

/**
 * Ends the name of a step in which a peer's messages are padded, so that one delivery has as many bytes as rankserver's.
 */
export const AT_EQUAL_BYTES = ":equal";

const STEP_ORDER = [
  "idle",
  "closed",
  "pipelined",
  "counted",
  "gathered",
  "stall",
  "evict",
  "fairness",
  "promotion",
];

/** The steps that a peer has to go through in a plan; the seats are always taken first. */
export function stepsFor(rows: readonly Row[], plan: string, peer: Peer): string[] {
  const wanted = rows.flatMap((row) => sourcesOf(sourceFor(row, peer))).filter((source) =>
    source.plan === plan
  );
  if (wanted.length === 0) return [];
  const steps = new Set(wanted.map((source) => source.step));
  if ([...steps].some((step) => step.startsWith("joins:"))) return [...steps];
  steps.delete("seat");
  return ["seat", ...[...steps].sort((a, b) => place(a) - place(b))];
}

function place(step: string): number {
  return STEP_ORDER.indexOf(step.split(":")[0]!);
}

/** The most NATS servers that a row needs with one ranking; 0: none. */
export function natsServersFor(row: Row): number {
  const plans = sourcesOf(row.source).map(({ plan }) => PLANS[plan]);
  return Math.max(0, ...plans.map((plan) => plan?.kind === "cluster" && plan.nodes > 0 ? plan.replicas : 0));
}

export function needsTls(rows: readonly Row[], peers: readonly Peer[]): boolean {
  return Object.entries(PLANS).some(([name, plan]) =>
    plan.kind === "seats" && plan.hasTls && peers.some((peer) => stepsFor(rows, name, peer).length > 0)
  );
}
