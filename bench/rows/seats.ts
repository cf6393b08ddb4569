// Taking seats, leaving them, and clients that stop reading.

import { SMALL_OUTBOX_BYTES } from "../servers/peers.ts";
import { type Row, type RowGroup, type Source, type Target, thousands } from "./row.ts";

export const SEATS: RowGroup = {
  title: "Seats, promotion, slow receivers",
  rows: [
    {
      key: "seats",
      title: "clients seated, 10,000",
      unit: "/s",
      source: { plan: "10000", step: "seat", field: "per_second" },
      target: { of: "redis", atLeast: 0.85 },
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
        thousands(SMALL_OUTBOX_BYTES)
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
  ],
};

/** Others have no ranks: they are measured by telling everybody once. */
export function promotion(receivers: number, key: string, target?: Target): Row {
  const once: Source = { plan: `${receivers}`, step: "closed", field: "p50_us" };
  return {
    key,
    title: `rank 0 of ${thousands(receivers)} leaves (peers: one publish)`,
    unit: "us",
    source: { plan: `${receivers}`, step: "promotion:5", field: "p50_us" },
    peers: { redis: once, nats: once, raw: once },
    ...(target === undefined ? {} : { target }),
  };
}
