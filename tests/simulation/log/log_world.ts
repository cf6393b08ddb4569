// What the actors of one log simulation share.

import type { SimNats } from "../nats/sim_nats.ts";
import type { Trace } from "../trace.ts";
import type { Network } from "../world/network.ts";
import type { Scheduler } from "../world/scheduler.ts";
import type { LogOracle } from "./log_oracle.ts";
import type { LogScenario } from "./log_scenario.ts";

/** When a node answers a ping of a client with a lease; only the first is safe. */
export type PingRule = "echo" | "unless suspended" | "always";

export interface LogWorld {
  readonly scenario: LogScenario;
  readonly scheduler: Scheduler;
  readonly network: Network;
  readonly nats: SimNats;
  readonly oracle: LogOracle;
  readonly trace: Trace;
  readonly pingRule: PingRule;
}

export const RANKING = "sim";
