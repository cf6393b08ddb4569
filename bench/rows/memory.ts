// Memory of idle clients: of many, and of few, where the part that does not grow with them counts most.

import { fitLine } from "../report/statistics.ts";
import { type DerivedSource, type Row, type RowGroup, slow, type Source, thousands } from "./row.ts";

const FITTED_SIZES = [10, 100, 1_000];
/** Receivers and the publisher. */
const clients = (receivers: number) => receivers + 1;

const source = (receivers: number, field: string): Source => ({ plan: `${receivers}`, step: "idle", field });

function fitted(pick: "intercept" | "slope"): DerivedSource {
  return {
    from: FITTED_SIZES.map((m) => source(m, "bytes")),
    combine: (values) => fitLine(FITTED_SIZES.map((m, i) => [clients(m), values[i]!] as const))[pick],
  };
}

const perClient = (m: number): Row => ({
  key: `memory-each-${m}`,
  title: `resident memory per idle client, ${thousands(m)}`,
  unit: "bytes",
  source: source(m, "bytes_per_client"),
});

export const MEMORY: RowGroup = {
  title: "Memory",
  rows: [
    {
      key: "memory-idle",
      title: "resident memory per idle client, 10,000",
      unit: "bytes",
      source: source(10_000, "bytes_per_client"),
      target: { of: "value", atMost: 6_000 },
    },
    ...slow([
      ...FITTED_SIZES.map(perClient),
      {
        key: "memory-fixed",
        title: "... of a fleet of up to 1,000: what does not depend on the clients",
        unit: "bytes",
        source: fitted("intercept"),
      },
      {
        key: "memory-slope",
        title: "... of a fleet of up to 1,000: for each client (a line through 10, 100, 1,000)",
        unit: "bytes",
        source: fitted("slope"),
      },
    ]),
  ],
};
