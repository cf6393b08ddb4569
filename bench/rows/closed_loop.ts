// One command until all have it: how long that takes, and what each delivery costs the server.

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

const source = (receivers: number, field: string, variant = ""): Source => ({
  plan: `${receivers}`,
  step: `closed${variant}`,
  field,
});

const FIELDS = [
  { key: "closed", title: "closed loop p50", field: "p50_us" },
  { key: "closed-p99", title: "closed loop p99", field: "p99_us" },
  { key: "cpu-closed", title: "server CPU per delivery, closed", field: "server_cpu_us" },
] as const;

type Key = typeof FIELDS[number]["key"];

export const CLOSED_LOOP_EQUAL_BYTES: RowGroup = {
  title: "Closed loop, equal bytes per delivery: one command until all have it",
  rows: FIELDS.flatMap(({ key, title, field }) =>
    SIZES.map((m): Row => ({
      key: `equal-${key}-${m}`,
      title: `${title}, M = ${thousands(m)}`,
      unit: "us",
      source: source(m, field),
      peers: everyPeer(source(m, field, AT_EQUAL_BYTES)),
      ...equalBytesTarget(key, m),
    }))
  ),
};

export const CLOSED_LOOP: RowGroup = {
  title: "Closed loop, equal payload",
  rows: slow(FIELDS.flatMap(({ key, title, field }) =>
    SIZES.map((m): Row => ({
      key: `${key}-${m}`,
      title: `${title}, M = ${thousands(m)}`,
      unit: "us",
      source: source(m, field),
      ...equalPayloadTarget(key, m),
    }))
  )),
};

function equalBytesTarget(key: Key, receivers: number): { target?: Target } {
  if (key === "closed" && receivers !== 20) return { target: { of: "raw", atMost: 1.05 } };
  return key === "cpu-closed" && receivers >= 100 ? { target: { of: "redis", atMost: 1.15 } } : {};
}

/** For those sizes that have none at equal bytes. */
function equalPayloadTarget(key: Key, receivers: number): { target?: Target } {
  if (key === "closed" && receivers === 20) return { target: { of: "redis", atMost: 1.2 } };
  return key === "cpu-closed" && receivers < 100 ? { target: { of: "redis", atMost: 1.1 } } : {};
}
