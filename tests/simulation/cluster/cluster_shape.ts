// What a scenario with several servers has beyond one with a single one.

import type { Random } from "../../support/random.ts";
import type { NatsRates } from "../nats/sim_nats.ts";

export interface ClusterShape {
  readonly servers: number;
  /** NATS servers; three keep three replicas. */
  readonly natsServers: 1 | 3;
  readonly electionMs: number;
  readonly routeStaleMs: number;
  readonly rates: NatsRates;
}

export function drawCluster(random: Random): ClusterShape {
  return {
    servers: random.pick([2, 3, 3]),
    natsServers: random.pick([1, 3, 3]),
    electionMs: random.pick([300, 2_000, 4_000]),
    routeStaleMs: random.pick([1_000, 5_000, 20_000]),
    rates: {
      lostAcks: random.pick([0, 0, 0.02, 0.1]),
      lostRepublish: random.pick([0, 0, 0.02, 0.2]),
      doubledRepublish: random.pick([0, 0.05]),
      republishDelayMs: random.pick([0, 5, 30]),
    },
  };
}
