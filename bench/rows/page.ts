// What the page costs the members: the same deliveries with pages open, over those of a server without a page.

import { NO_PEERS, type Row, type RowGroup, type Target, thousands } from "./row.ts";

/** Open pages. */
export const WATCHERS = 10;
const RECEIVERS = [100, 1_000];

const row = (receivers: number, step: string, field: string, title: string, target?: Target): Row => ({
  key: `page-${step}-${field}-${receivers}`,
  title: `${title}, M = ${thousands(receivers)}`,
  unit: "ratio",
  source: { plan: `page-${receivers}`, step, field },
  peers: NO_PEERS,
  ...(target === undefined ? {} : { target }),
});

export const PAGE: RowGroup = {
  title: `${WATCHERS} open pages: with / without`,
  rows: RECEIVERS.flatMap((receivers) => [
    row(receivers, "pipelined", "per_second", "deliveries, pipelined", { of: "value", atLeast: 0.95 }),
    row(receivers, "closed", "p50_us", "closed loop p50"),
    row(receivers, "closed", "server_cpu_us", "server CPU per delivery, closed"),
    row(receivers, "pipelined", "server_cpu_us", "server CPU per delivery, pipelined"),
  ]),
};
