// Servers with one ranking: what being one of them costs, what two of them deliver, and how fast seats are taken.

import { APART, BESIDE, JOINS, NODE_SIZES, SPREAD_SIZES } from "./plans.ts";
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

function spreadRows(m: number): Row[] {
  const source = (how: "0-beside" | "0-apart" | "2-beside", field: string): Source => ({
    plan: `cluster-spread-${how}-${m}`,
    step: how === "0-apart" ? APART : BESIDE,
    field,
  });
  const beside = (field: string) => source("0-beside", field);
  const apart = (field: string) => source("0-apart", field);
  const both = (field: string) => source("2-beside", field);
  const one = (key: string, title: string, unit: Row["unit"], from: Source) =>
    row(`spread-${key}-${m}`, `${title}, M = ${thousands(m)}`, unit, from);
  return [
    one("beside", "one process, its receivers on the same processor", "/s", beside("per_second")),
    one("apart", "one process, its receivers on another processor", "/s", apart("per_second")),
    one("both", "two processes, each with its receivers", "/s", both("per_second")),
    row(`spread-ratio-${m}`, "... over the better one process", "ratio", {
      from: [both("per_second"), beside("per_second"), apart("per_second")],
      combine: ([two, a, b]) => two! / Math.max(a!, b!),
    }, { atLeast: 1.6 }),
    one("cpu-beside", "CPU per delivery, one process, same processor", "us", beside("server_cpu_us")),
    one("cpu-apart", "CPU per delivery, one process, another processor", "us", apart("server_cpu_us")),
    one("cpu-both", "CPU per delivery, both processes", "us", both("server_cpu_us")),
    one("cpu-nats", "... and nats-server", "us", both("broker_cpu_us")),
    row(
      `spread-cpu-ratio-${m}`,
      "deliveries per second of CPU of the busier process, over one process",
      "ratio",
      quotient(beside("server_cpu_us"), both("busiest_cpu_us")),
    ),
    one("load", "processors that the load generator takes, two processes", "ratio", both("load_cpu")),
  ];
}

export const CLUSTER_SPREAD: RowGroup = {
  title:
    "Two nodes on one machine with half the receivers each, beside a single server: deliveries, window 1,024",
  rows: SPREAD_SIZES.flatMap(spreadRows),
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
