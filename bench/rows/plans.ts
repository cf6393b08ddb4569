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

/** A server with open pages, and one without a page. */
export interface PagePlan {
  readonly kind: "page";
  readonly receivers: number;
  readonly watchers: number;
}

export type Plan =
  | SeatsPlan
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

const STEP_ORDER = ["idle", "closed", "pipelined", "gathered", "stall", "evict", "fairness", "promotion"];

/** The steps that a peer has to go through in a plan; the seats are always taken first. */
export function stepsFor(rows: readonly Row[], plan: string, peer: Peer): string[] {
  const wanted = rows.flatMap((row) => sourcesOf(sourceFor(row, peer))).filter((source) =>
    source.plan === plan
  );
  if (wanted.length === 0) return [];
  const steps = new Set(wanted.map((source) => source.step));
  steps.delete("seat");
  return ["seat", ...[...steps].sort((a, b) => place(a) - place(b))];
}

function place(step: string): number {
  return STEP_ORDER.indexOf(step.split(":")[0]!);
}

export function needsTls(rows: readonly Row[], peers: readonly Peer[]): boolean {
  return Object.entries(PLANS).some(([name, plan]) =>
    plan.kind === "seats" && plan.hasTls && peers.some((peer) => stepsFor(rows, name, peer).length > 0)
  );
}
