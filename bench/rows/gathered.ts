// Runs of which the issuer awaits the results. NATS has answers too, which its client counts by itself; redis has none.

import type { Row, RowGroup, Source } from "./row.ts";

const source = (step: string, field: string): Source => ({ plan: "100", step, field });

function row(inFlight: number, how: string, choice?: "not_ok", atLeast?: number): Row[] {
  const all = `gathered:${inFlight}`;
  const own = choice === undefined ? all : `${all}:${choice}`;
  const suffix = choice === undefined ? `${inFlight}` : `${choice.replace("_", "-")}-${inFlight}`;
  const what = choice === undefined ? "with all results" : `with results = "${choice}"`;
  const peers = (field: string): NonNullable<Row["peers"]> => ({
    redis: undefined,
    raw: undefined,
    nats: source(all, field),
  });
  return [
    {
      key: `gathered-${suffix}`,
      title: `runs ${what}, M = 100, ${how}`,
      unit: "/s",
      source: source(own, "per_second"),
      peers: peers("per_second"),
      ...(atLeast === undefined ? {} : { target: { of: "nats", atLeast } }),
    },
    {
      key: `gathered-cpu-${suffix}`,
      title: `server CPU per run ${what}, ${how}`,
      unit: "us",
      source: source(own, "server_cpu_us"),
      peers: peers("server_cpu_us"),
    },
  ];
}

export const GATHERED: RowGroup = {
  title: "Runs with results gathered",
  rows: [
    ...row(1, "one at a time", "not_ok", 1.3),
    ...row(16, "16 in flight", "not_ok", 1.2),
    ...row(1, "one at a time"),
    ...row(16, "16 in flight"),
  ],
};
