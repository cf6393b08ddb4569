// What the server costs that has nothing to do: it must not wake up for nothing, and pings have to be cheap.

import { NO_PEERS, type Row, type RowGroup, slow, thousands } from "./row.ts";

/** Clients that only answer pings. */
export const REST_CLIENTS = 5_000;

const row = (field: string, title: string, unit: Row["unit"], atMost?: number): Row => ({
  key: `rest-${field}`,
  title,
  unit,
  source: { plan: "rest", step: "rest", field },
  peers: NO_PEERS,
  ...(atMost === undefined ? {} : { target: { of: "value", atMost } }),
});

export const REST: RowGroup = {
  title: "At rest",
  rows: slow([
    row("wake_ups", "wake-ups of all threads, without a client", "/s", 2),
    row("cpu", `share of a processor, ${thousands(REST_CLIENTS)} clients that answer pings`, "ratio", 0.025),
    row("pings", "... pings answered", "/s"),
  ]),
};
