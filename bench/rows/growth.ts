// How cost, memory and promotion grow with the clients: what `--svg` draws. Their keys begin alike.

import { type Row, type RowGroup, thousands } from "./row.ts";
import { promotion } from "./seats.ts";

const GROWTH_SIZES = [10, 100, 1_000, 10_000] as const;

export const GROWTH: RowGroup = {
  title: "Growth with the clients",
  rows: GROWTH_SIZES.flatMap((m): Row[] => [
    {
      key: `growth-cpu-${m}`,
      title: `growth: server CPU per delivery, M = ${thousands(m)}`,
      unit: "us",
      source: { plan: `${m}`, step: "pipelined", field: "server_cpu_us" },
    },
    {
      key: `growth-memory-${m}`,
      title: `growth: memory per client, M = ${thousands(m)}`,
      unit: "bytes",
      source: { plan: `${m}`, step: "idle", field: "bytes_per_client" },
    },
    promotion(m, `growth-promotion-${m}`),
  ]),
};
