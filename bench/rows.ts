// What is measured: each row names the plan (how many receivers, which limits), the step of the load generator and the
// field of its answer. Which plans and steps a run needs follows from its rows.

import { type Peer, SMALL_OUTBOX_BYTES } from "./peers.ts";

/** One set of connections to one server, on which steps are run. */
export interface Plan {
  readonly receivers: number;
  readonly hasSmallOutbox?: boolean;
}

const SIZES = [1, 20, 100, 1_000, 10_000] as const;
const GROWTH_SIZES = [10, 100, 1_000, 10_000] as const;

/** A plan's name begins with its receivers; plans of another name do not disturb each other. */
export const PLANS: Readonly<Record<string, Plan>> = {
  ...Object.fromEntries([10, ...SIZES].map((receivers) => [`${receivers}`, { receivers }])),
  "1000-stalled": { receivers: 1_000 },
  "1000-evicted": { receivers: 1_000, hasSmallOutbox: true },
};

/** Where a value comes from. The plan "startup" has no connections. */
export interface Source {
  readonly plan: string;
  readonly step: string;
  readonly field: string;
}

/** What has to hold: for the value itself, or for its ratio to a peer's. */
export interface Target {
  readonly of: "value" | "redis" | "nats";
  readonly atLeast?: number;
  readonly atMost?: number;
}

export interface Row {
  readonly key: string;
  readonly title: string;
  readonly unit: "/s" | "us" | "bytes" | "ms" | "ratio" | "";
  readonly source: Source;
  /** Where a peer's value comes from when it is another one; `undefined` where a peer has none. */
  readonly peers?: Readonly<Partial<Record<Peer, Source | undefined>>>;
  readonly target?: Target;
  /** Takes the better part of a minute: left out where it has to be quick. */
  readonly isSlow?: true;
}

const THOUSANDS = new Intl.NumberFormat("en-US");

function perSize(make: (receivers: number, index: number) => Row): Row[] {
  return SIZES.map(make);
}

const PIPELINED = [1.0, 2.5, 4.5, 7, 8];

/** All rows of the table, in its order. */
export const ROWS: readonly Row[] = [
  ...perSize((m, i) => ({
    key: `pipelined-${m}`,
    title: `deliveries, M = ${THOUSANDS.format(m)}`,
    unit: "/s",
    source: { plan: `${m}`, step: "pipelined", field: "per_second" },
    target: { of: "redis", atLeast: PIPELINED[i]! },
  })),
  ...perSize((m) => ({
    key: `closed-${m}`,
    title: `closed loop p50, M = ${THOUSANDS.format(m)}`,
    unit: "us",
    source: { plan: `${m}`, step: "closed", field: "p50_us" },
    target: { of: "redis", atMost: m < 100 ? 1.2 : 1.0 },
  })),
  ...perSize((m) => ({
    key: `closed-p99-${m}`,
    title: `closed loop p99, M = ${THOUSANDS.format(m)}`,
    unit: "us",
    source: { plan: `${m}`, step: "closed", field: "p99_us" },
  })),
  ...perSize((m) => ({
    key: `cpu-pipelined-${m}`,
    title: `server CPU per delivery, pipelined, M = ${THOUSANDS.format(m)}`,
    unit: "us",
    source: { plan: `${m}`, step: "pipelined", field: "server_cpu_us" },
    ...(m < 100 ? {} : { target: { of: "redis", atMost: 0.25 } as const }),
  })),
  ...perSize((m) => ({
    key: `cpu-closed-${m}`,
    title: `server CPU per delivery, closed, M = ${THOUSANDS.format(m)}`,
    unit: "us",
    source: { plan: `${m}`, step: "closed", field: "server_cpu_us" },
    target: { of: "redis", atMost: 1.1 },
  })),
  gathered(1, "one at a time"),
  gathered(16, "16 in flight"),
  {
    key: "memory",
    title: "resident memory per idle client, 10,000",
    unit: "bytes",
    source: { plan: "10000", step: "idle", field: "bytes_per_client" },
    target: { of: "redis", atMost: 0.85 },
  },
  {
    key: "seats",
    title: "clients seated, 10,000",
    unit: "/s",
    source: { plan: "10000", step: "seat", field: "per_second" },
    target: { of: "redis", atLeast: 0.6 },
  },
  promotion(10_000, "promotion", { of: "redis", atMost: 1.2 }),
  {
    key: "stalled",
    title: "1 of 1,000 stops reading: the others, after / before",
    unit: "ratio",
    source: { plan: "1000-stalled", step: "stall:1", field: "ratio" },
    target: { of: "value", atLeast: 0.95 },
  },
  {
    key: "evicted",
    title: `5 of 1,000 stop reading, outbox_bytes ${
      THOUSANDS.format(SMALL_OUTBOX_BYTES)
    }: the others, after / before`,
    unit: "ratio",
    source: { plan: "1000-evicted", step: "evict:5", field: "ratio" },
    peers: { raw: undefined },
    isSlow: true,
    target: { of: "value", atLeast: 0.95 },
  },
  {
    key: "evicted-closed",
    title: "... how many of the 5 were closed as slow",
    unit: "",
    source: { plan: "1000-evicted", step: "evict:5", field: "closed" },
    peers: { raw: undefined },
    isSlow: true,
    target: { of: "value", atLeast: 5 },
  },
  {
    key: "startup",
    title: "until it listens",
    unit: "ms",
    source: { plan: "startup", step: "startup", field: "ms" },
    target: { of: "value", atMost: 60 },
  },
];

/** How cost, memory and promotion grow with the clients: what `--svg` draws. Their keys begin alike. */
export const GROWTH_ROWS: readonly Row[] = GROWTH_SIZES.flatMap((m): Row[] => [
  {
    key: `growth-cpu-${m}`,
    title: `growth: server CPU per delivery, M = ${THOUSANDS.format(m)}`,
    unit: "us",
    source: { plan: `${m}`, step: "pipelined", field: "server_cpu_us" },
  },
  {
    key: `growth-memory-${m}`,
    title: `growth: memory per client, M = ${THOUSANDS.format(m)}`,
    unit: "bytes",
    source: { plan: `${m}`, step: "idle", field: "bytes_per_client" },
  },
  promotion(m, `growth-promotion-${m}`),
]);

export function isGrowth({ key }: { readonly key: string }): boolean {
  return key.startsWith("growth-");
}

function gathered(inFlight: number, how: string): Row {
  return {
    key: `gathered-${inFlight}`,
    title: `runs with all results, M = 100, ${how}`,
    unit: "/s",
    source: { plan: "100", step: `gathered:${inFlight}`, field: "per_second" },
    peers: { redis: undefined, raw: undefined },
    target: { of: "nats", atLeast: 1.5 },
  };
}

/** Others have no ranks: they are measured by telling everybody once. */
function promotion(receivers: number, key: string, target?: Target): Row {
  const once: Source = { plan: `${receivers}`, step: "closed", field: "p50_us" };
  return {
    key,
    title: `rank 0 of ${THOUSANDS.format(receivers)} leaves (peers: one publish)`,
    unit: "us",
    source: { plan: `${receivers}`, step: "promotion:5", field: "p50_us" },
    peers: { redis: once, nats: once, raw: once },
    ...(target === undefined ? {} : { target }),
  };
}

/** Where `peer`'s value for a row comes from, if it has one. */
export function sourceFor(row: Row, peer: Peer): Source | undefined {
  return row.peers !== undefined && Object.hasOwn(row.peers, peer) ? row.peers[peer] : row.source;
}

const STEP_ORDER = ["idle", "closed", "pipelined", "gathered", "stall", "evict", "promotion"];

/** The steps that a peer has to go through in a plan; the seats are always taken first. */
export function stepsFor(rows: readonly Row[], plan: string, peer: Peer): string[] {
  const wanted = rows.map((row) => sourceFor(row, peer)).filter((source) => source?.plan === plan);
  if (wanted.length === 0) return [];
  const steps = new Set(wanted.map((source) => source!.step));
  steps.delete("seat");
  return ["seat", ...[...steps].sort((a, b) => place(a) - place(b))];
}

function place(step: string): number {
  return STEP_ORDER.indexOf(step.split(":")[0]!);
}
