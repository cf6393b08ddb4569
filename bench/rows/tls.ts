// The same over TLS 1.3, one cipher and one certificate for all; the peers' messages are padded.

import { AT_EQUAL_BYTES } from "./plans.ts";
import { everyPeer, type Row, type RowGroup, slow, type Source, type Target } from "./row.ts";

function row(
  key: string,
  title: string,
  unit: Row["unit"],
  source: Source,
  target?: Target,
): Row {
  const isPadded = ["closed", "pipelined"].includes(source.step);
  const peers = isPadded ? { peers: everyPeer({ ...source, step: source.step + AT_EQUAL_BYTES }) } : {};
  return { key: `tls-${key}`, title, unit, source, ...peers, ...(target === undefined ? {} : { target }) };
}

export const TLS: RowGroup = {
  title: "Over TLS, equal bytes per delivery",
  rows: [
    ...slow([row("memory", "resident memory per idle client, 3,000", "bytes", {
      plan: "3000-tls",
      step: "idle",
      field: "bytes_per_client",
    }, { of: "value", atMost: 22_000 })]),
    row("seats", "handshakes and seats, 1,000 clients", "/s", {
      plan: "1000-tls",
      step: "seat",
      field: "per_second",
    }),
    row("cpu-seats", "server CPU per handshake and seat", "us", {
      plan: "1000-tls",
      step: "seat",
      field: "server_cpu_us",
    }),
    row("closed", "closed loop p50, M = 100", "us", { plan: "100-tls", step: "closed", field: "p50_us" }),
    row("cpu-closed", "server CPU per delivery, closed, M = 100", "us", {
      plan: "100-tls",
      step: "closed",
      field: "server_cpu_us",
    }),
    row("pipelined", "deliveries in batches of a quarter of the window, M = 100", "/s", {
      plan: "100-tls",
      step: "pipelined",
      field: "per_second",
    }),
    row("cpu-pipelined", "server CPU per delivery in batches, M = 100", "us", {
      plan: "100-tls",
      step: "pipelined",
      field: "server_cpu_us",
    }),
  ],
};
