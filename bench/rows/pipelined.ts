// As many commands as the window holds: deliveries and what each costs the server.

import { AT_EQUAL_BYTES } from "./plans.ts";
import {
  everyPeer,
  type Row,
  type RowGroup,
  SIZES,
  slow,
  type Source,
  type Target,
  thousands,
} from "./row.ts";

const EQUAL_BYTES_TARGETS = [1, 3, 4.5, 6, 8];

const source = (receivers: number, field: string, variant = ""): Source => ({
  plan: `${receivers}`,
  step: `pipelined${variant}`,
  field,
});

export const PIPELINED_EQUAL_BYTES: RowGroup = {
  title: "Pipelined, equal bytes per delivery: the fast lane, as many commands as the window holds",
  rows: [
    ...SIZES.map((m, i): Row => ({
      key: `equal-pipelined-${m}`,
      title: `deliveries, M = ${thousands(m)}`,
      unit: "/s",
      source: source(m, "per_second"),
      peers: everyPeer(source(m, "per_second", AT_EQUAL_BYTES)),
      target: { of: "redis", atLeast: EQUAL_BYTES_TARGETS[i]! },
    })),
    ...SIZES.map((m): Row => ({
      key: `equal-cpu-pipelined-${m}`,
      title: `server CPU per delivery, pipelined, M = ${thousands(m)}`,
      unit: "us",
      source: source(m, "server_cpu_us"),
      peers: everyPeer(source(m, "server_cpu_us", AT_EQUAL_BYTES)),
    })),
  ],
};

export const PIPELINED: RowGroup = {
  title: "Pipelined, equal payload",
  rows: slow([
    ...SIZES.map((m): Row => ({
      key: `pipelined-${m}`,
      title: `deliveries, M = ${thousands(m)}`,
      unit: "/s",
      source: source(m, "per_second"),
    })),
    ...SIZES.map((m): Row => ({
      key: `cpu-pipelined-${m}`,
      title: `server CPU per delivery, pipelined, M = ${thousands(m)}`,
      unit: "us",
      source: source(m, "server_cpu_us"),
      ...cpuTarget(m),
    })),
  ]),
};

function cpuTarget(receivers: number): { target?: Target } {
  return receivers < 100 ? {} : { target: { of: "redis", atMost: 0.25 } };
}
