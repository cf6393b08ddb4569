// Servers with one ranking: what being one of them costs, what two of them deliver, and how fast seats are taken.

import { JOINS, NODE_SIZES, SPREAD_RECEIVERS } from "./plans.ts";
import {
  type DerivedSource,
  NO_PEERS,
  type Row,
  type RowGroup,
  type Source,
  type Target,
  thousands,
} from "./row.ts";

/** How much more one node may cost than a single server. */
const MOST = 1.3;

function row(
  key: string,
  title: string,
  unit: Row["unit"],
  source: Source | DerivedSource,
  target?: Omit<Target, "of">,
): Row {
  return {
    key: `cluster-${key}`,
    title,
    unit,
    source,
    peers: NO_PEERS,
    isSlow: true,
    ...(target === undefined ? {} : { target: { of: "value", ...target } }),
  };
}

const quotient = (over: Source, under: Source): DerivedSource => ({
  from: [over, under],
  combine: ([a, b]) => a! / b!,
});

const FIELDS = [
  { key: "pipelined", title: "deliveries", unit: "/s", step: "pipelined", field: "per_second" },
  {
    key: "cpu-pipelined",
    title: "CPU per delivery, pipelined",
    unit: "us",
    step: "pipelined",
    field: "server_cpu_us",
  },
  { key: "closed", title: "closed loop p50", unit: "us", step: "closed", field: "p50_us" },
  {
    key: "cpu-closed",
    title: "CPU per delivery, closed",
    unit: "us",
    step: "closed",
    field: "server_cpu_us",
  },
] as const;

export const CLUSTER_NODE: RowGroup = {
  title: "One node of a cluster beside a single server",
  rows: FIELDS.flatMap(({ key, title, unit, step, field }) =>
    NODE_SIZES.flatMap((m) => {
      const of = (nodes: number): Source => ({ plan: `cluster-${nodes}-${m}`, step, field });
      const target = unit === "/s" ? { atLeast: Number((1 / MOST).toFixed(2)) } : { atMost: MOST };
      const what = `${title}, M = ${thousands(m)}`;
      return [
        row(`${key}-${m}`, what, unit, of(1)),
        row(`${key}-ratio-${m}`, "... over a single server", "ratio", quotient(of(1), of(0)), target),
      ];
    })
  ),
};

const spread = (nodes: number, field: string): Source => ({
  plan: `cluster-spread-${nodes}`,
  step: "counted",
  field,
});
const alone = spread(0, "per_second");
const both = spread(2, "per_second");

export const CLUSTER_SPREAD: RowGroup = {
  title: `Two nodes on one machine, with ${thousands(SPREAD_RECEIVERS / 2)} receivers each and one issuer, ` +
    `beside a single server with ${thousands(SPREAD_RECEIVERS)}`,
  rows: [
    row("spread-1", "deliveries, pipelined, one process", "/s", alone),
    row("spread-2", "deliveries, pipelined, two processes together", "/s", both),
    row("spread-ratio", "two processes over one", "ratio", quotient(both, alone), { atLeast: 1.6 }),
    row("spread-cpu-1", "CPU per delivery, one process", "us", spread(0, "server_cpu_us")),
    row("spread-cpu-2", "CPU per delivery, both processes", "us", spread(2, "server_cpu_us")),
    row("spread-cpu-nats", "... and nats-server", "us", spread(2, "broker_cpu_us")),
    row(
      "spread-cpu-ratio",
      "deliveries per second of CPU of the busier process, two over one",
      "ratio",
      quotient(spread(0, "busiest_cpu_us"), spread(2, "busiest_cpu_us")),
    ),
    row(
      "spread-load",
      "share of a processor of the load generator, two processes",
      "ratio",
      spread(2, "load_cpu"),
    ),
  ],
};

/** Nodes and NATS servers. */
const SETTINGS = [
  [0, 1, "a single server"],
  [1, 1, "one node, one NATS server"],
  [2, 1, "two nodes, one NATS server"],
  [1, 3, "one node, three NATS servers"],
  [2, 3, "two nodes, three NATS servers"],
] as const;

export const CLUSTER_JOINS: RowGroup = {
  title: "Joins: from connect to welcome; in a cluster each is a record of the log",
  rows: SETTINGS.flatMap(([nodes, replicas, what]) =>
    Object.entries(JOINS).flatMap(([atOnce, clients]) => {
      const plan = `cluster-joins-${nodes}-r${replicas}-${atOnce}`;
      const of = (field: string): Source => ({ plan, step: `joins:${atOnce}`, field });
      const key = plan.replace("cluster-", "");
      const how = `${what}, ${thousands(clients)} clients, ${atOnce} at a time`;
      return [
        row(`${key}-rate`, `joins, ${how}`, "/s", of("per_second")),
        row(`${key}-p50`, "... time to a seat, p50", "us", of("p50_us")),
        row(`${key}-p99`, "... p99", "us", of("p99_us")),
        row(`${key}-cpu`, "... CPU of the servers per join", "us", of("server_cpu_us")),
      ];
    })
  ),
};
