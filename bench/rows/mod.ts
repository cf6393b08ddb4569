// What is measured: all rows, in the order of their tables. Each row names the plan (how many receivers, which limits),
// the step and the field of its answer.

import { CLUSTER_JOINS, CLUSTER_NODE, CLUSTER_SPREAD } from "./cluster.ts";
import { CLOSED_LOOP, CLOSED_LOOP_EQUAL_BYTES } from "./closed_loop.ts";
import { FAIRNESS } from "./fairness.ts";
import { GATHERED } from "./gathered.ts";
import { GROWTH } from "./growth.ts";
import { MEMORY } from "./memory.ts";
import { PAGE } from "./page.ts";
import { PIPELINED, PIPELINED_EQUAL_BYTES } from "./pipelined.ts";
import { REST, REST_CLIENTS } from "./rest.ts";
import type { RowGroup } from "./row.ts";
import { SEATS } from "./seats.ts";
import { SHARED_PORT } from "./shared_port.ts";
import { STARTUP, STARTUP_PARTS } from "./startup.ts";
import { TLS } from "./tls.ts";

export {
  AT_EQUAL_BYTES,
  type ClusterPlan,
  natsServersFor,
  needsTls,
  type PagePlan,
  type Plan,
  PLANS,
  type SeatsPlan,
  type SharedPortPlan,
  stepsFor,
} from "./plans.ts";
export { REST_CLIENTS };
export {
  type DerivedSource,
  type Row,
  type RowGroup,
  type Source,
  sourceFor,
  sourcesOf,
  type Target,
} from "./row.ts";

export const GROUPS: readonly RowGroup[] = [
  PIPELINED_EQUAL_BYTES,
  CLOSED_LOOP_EQUAL_BYTES,
  GATHERED,
  MEMORY,
  SEATS,
  TLS,
  FAIRNESS,
  PAGE,
  REST,
  STARTUP,
  STARTUP_PARTS,
  SHARED_PORT,
  CLUSTER_NODE,
  CLUSTER_SPREAD,
  CLUSTER_JOINS,
  PIPELINED,
  CLOSED_LOOP,
];

/** Measured where growth is to be drawn. */
export const GROWTH_GROUP = GROWTH;
