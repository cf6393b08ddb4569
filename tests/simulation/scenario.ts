// Draws a scenario from a seed: the clients, the configuration, and the faults with their times. Every seed switches kinds of
// faults on and off (swarm testing), so that rare combinations occur.

import { MIN_CLUSTER_LEASE_MS } from "../../src/config/keys/mod.ts";
import { isLeaseLongEnough } from "../../src/rules/lease_times.ts";
import type { Random } from "../support/random.ts";
import { type ClusterShape, drawCluster } from "./cluster/cluster_shape.ts";
import {
  CLUSTER_FAULT_KINDS,
  type Fault,
  FAULT_KINDS,
  type FaultKind,
  FORGETTING,
  RARE,
} from "./faults/fault.ts";
import { drawTightLimits, type TightLimits } from "./tight_limits.ts";
import { randomStream } from "./world/random_stream.ts";

export interface Scenario {
  readonly seed: number;
  /** Clients under --lead, each on a machine of its own. */
  readonly leaders: number;
  /** Clients that send and execute commands. */
  readonly members: number;
  readonly capacity: number;
  /** Whether clients beyond the capacity wait for a seat; otherwise they are refused. */
  readonly waits: boolean;
  readonly leaseMs: number;
  readonly killAfterMs: number;
  readonly marginMs: number;
  readonly leaseMaxMs: number;
  readonly heartbeatMs: number;
  readonly silenceMs: number;
  readonly resumeGraceMs: number;
  readonly presentMs: number;
  readonly hasStore: boolean;
  readonly hasHooks: boolean;
  readonly hookTimeoutMs: number;
  readonly reconnectMinMs: number;
  readonly reconnectMaxMs: number;
  readonly latencyMs: number;
  readonly bufferBytes: number;
  readonly splitRate: number;
  /** The longest delay of a timer, in ms. */
  readonly latenessMs: number;
  /** The largest difference of a clock's speed from 1. */
  readonly clockDrift: number;
  /** The average time until a supervisor restarts a client, in ms. */
  readonly restartMs: number;
  /** The probability that a start of a program fails because its file is missing. */
  readonly missingProgramRate: number;
  /** The probability that a program ends by itself. */
  readonly endingProgramRate: number;
  /** The period in which clients are first started, in ms. */
  readonly arrivalMs: number;
  /** Whether clients need a token to log in. */
  readonly hasTokens?: boolean | undefined;
  /** Limits that are low enough to be reached. */
  readonly limits?: TightLimits | undefined;
  /** Several servers with one ranking. */
  readonly cluster?: ClusterShape | undefined;
  /** The true time at which all faults are repaired, in ms. */
  readonly faultsUntilMs: number;
  readonly faults: readonly Fault[];
}

/** The names of the clients, in the order of a fault's `target`. */
export function clientNames({ leaders, members }: Pick<Scenario, "leaders" | "members">): readonly string[] {
  return [
    ...Array.from({ length: leaders }, (_, i) => `leader-${i + 1}`),
    ...Array.from({ length: members }, (_, i) => `member-${i + 1}`),
  ];
}

/** How much less often a rare kind of fault is switched on. */
const RARE_SHARE = 0.15;
/** When the clients have started in most scenarios, in ms. */
const STARTED_MS = 2_000;

/** Uniform, from `min` to below `max`. */
function uniform(random: Random, min: number, max: number): number {
  return min + random.next() * (max - min);
}

/** Log-uniform: every order of magnitude is equally likely. */
function logUniform(random: Random, min: number, max: number): number {
  return Math.round(min * (max / min) ** random.next());
}

/** Draws times until a client would accept them. */
function leaseTimes(random: Random, minMs: number) {
  for (;;) {
    const leaseMs = logUniform(random, minMs, 20_000);
    const killAfterMs = Math.round(leaseMs * uniform(random, 0.02, 0.4));
    const marginMs = Math.round(leaseMs * uniform(random, 0.04, 0.2));
    if (isLeaseLongEnough({ leaseMs, killAfterMs, marginMs })) return { leaseMs, killAfterMs, marginMs };
  }
}

/**
 * Draws the scenario of a seed.
 *
 * @param only the kinds of faults to choose from, including those that no seed draws; without it, those that are possible
 */
export function scenarioOf(seed: number, only?: readonly FaultKind[]): Scenario {
  const random = randomStream(seed, "scenario");
  const scenario = drawSetup(seed, random, 1_000);
  return { ...scenario, faults: drawFaults(scenario, random, only) };
}

/** The same with several servers. */
export function clusterScenarioOf(seed: number, only?: readonly FaultKind[]): Scenario {
  const random = randomStream(seed, "cluster scenario");
  const setup = drawSetup(seed, random, MIN_CLUSTER_LEASE_MS);
  // The log is in NATS.
  const scenario = { ...setup, hasStore: false, cluster: drawCluster(random) };
  return { ...scenario, faults: drawFaults(scenario, random, only) };
}

function drawSetup(seed: number, random: Random, minLeaseMs: number): Omit<Scenario, "faults"> {
  const times = leaseTimes(random, minLeaseMs);
  const leaders = random.pick([1, 2, 2, 3, 3, 4, 5]);
  const members = random.pick([0, 0, 0, 1, 3]);
  const clients = leaders + members;
  const hasStore = random.chance(0.6);
  const heartbeatMs = logUniform(random, 300, 10_000);
  const faultsUntilMs = STARTED_MS + times.leaseMs * random.pick([5, 10, 20, 20]);
  return {
    seed,
    leaders,
    members,
    capacity: random.pick([clients, clients, clients + 2, Math.max(2, clients - 1)]),
    waits: random.chance(0.5),
    ...times,
    leaseMaxMs: Math.round(times.leaseMs * random.pick([1, 1, 1.5])),
    heartbeatMs,
    silenceMs: Math.round(heartbeatMs * uniform(random, 1.5, 4)),
    resumeGraceMs: random.pick([0, 0, times.leaseMs, 3_000]),
    presentMs: random.pick([200, 1_000]),
    hasStore,
    hasHooks: random.chance(0.2),
    hookTimeoutMs: 2_000,
    reconnectMinMs: random.pick([100, 500]),
    reconnectMaxMs: random.pick([500, 5_000]),
    latencyMs: random.pick([0.05, 0.5, 5, 30]),
    bufferBytes: random.pick([600, 4_096, 65_536, 262_144]),
    splitRate: random.pick([0, 0.05, 0.5]),
    latenessMs: times.marginMs * random.pick([0, 0.05, 0.2]),
    clockDrift: (times.marginMs / times.leaseMs) * random.pick([0, 0.05, 0.2]),
    restartMs: random.pick([200, 2_000]),
    missingProgramRate: random.pick([0, 0, 0, 0.1]),
    endingProgramRate: random.pick([0, 0, 0.3]),
    arrivalMs: random.pick([1_000, 1_000, times.leaseMs * 3]),
    hasTokens: random.chance(0.25),
    limits: random.chance(0.3) ? drawTightLimits(random) : undefined,
    faultsUntilMs,
  };
}

function drawFaults(
  scenario: Omit<Scenario, "faults">,
  random: Random,
  only: readonly FaultKind[] | undefined,
): Fault[] {
  const { leaders, members, leaseMs, faultsUntilMs } = scenario;
  // In some scenarios, faults begin before the clients have started.
  const faultsFromMs = random.pick([100, STARTED_MS]);
  const share = random.pick([0.15, 0.3, 0.6, 1]);
  const kindsOfAll = scenario.cluster === undefined ? FAULT_KINDS : [...FAULT_KINDS, ...CLUSTER_FAULT_KINDS];
  const possible = only ?? kindsOfAll.filter((kind) => isPossible(kind, scenario));
  const on = possible.filter((kind) => random.chance(RARE.includes(kind) ? share * RARE_SHARE : share));
  const drawn = on.length > 0 ? on : [random.pick(possible)];
  // Nor does it cover tickets that the store lacks.
  const isCovered = (kind: FaultKind) =>
    kind !== "server_clock_back" || !drawn.some((other) => FORGETTING.includes(other));
  const kinds = drawn.filter(isCovered);
  const count = 5 + random.below(30);
  const faults: Fault[] = [];
  for (let i = 0; i < count; i++) {
    const kind = random.pick(kinds);
    // Two faults that are close together find more than two that are far apart.
    const near = faults.length > 0 && random.chance(0.4) ? random.pick(faults) : undefined;
    const at = near === undefined
      ? uniform(random, faultsFromMs, faultsUntilMs)
      : near.at + uniform(random, 0, leaseMs * 0.3);
    const isSame = near !== undefined && random.chance(0.6);
    faults.push({
      at: Math.min(at, faultsUntilMs - 1),
      kind,
      target: isSame ? near.target : random.below(leaders + members),
      // A seat lapses only if a fault lasts longer than a lease.
      ms: Math.round(
        random.chance(0.3) ? uniform(random, leaseMs, leaseMs * 3) : logUniform(random, 20, leaseMs),
      ),
    });
  }
  return faults.sort((a, b) => a.at - b.at);
}

function isPossible(
  kind: FaultKind,
  { members, leaders, hasStore, limits, cluster }: Omit<Scenario, "faults">,
): boolean {
  switch (kind) {
    // They take long, and would not reach the usual limits.
    case "strangers":
    case "flood_commands":
    case "flood_requests":
    case "burst_of_runs":
    case "flood_events":
      return limits !== undefined;
    case "restore_backup":
    case "disk_full":
    case "disk_read_only":
      return hasStore;
    // Without a store, tickets come from the clock. docs/succession.md does not cover that.
    case "server_clock_back":
      return hasStore || cluster !== undefined;
    case "run":
    case "cancel":
      return leaders + members > 1;
    default:
      return true;
  }
}
