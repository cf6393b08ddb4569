// Draws a scenario of the log simulation from a seed: the nodes, the NATS servers, the clients, and the faults.

import type { Random } from "../../support/random.ts";
import type { NatsRates } from "../nats/sim_nats.ts";
import { randomStream } from "../world/random_stream.ts";
import { LOG_FAULT_KINDS, type LogFaultEvent, type LogFaultKind } from "./log_faults.ts";

export interface LogScenario {
  readonly seed: number;
  readonly nodes: number;
  /** NATS servers; three keep three replicas. */
  readonly servers: 1 | 3;
  readonly clients: number;
  readonly capacity: number;
  readonly waitingCapacity: number;
  readonly leaseMs: number;
  /** How much earlier than its lease a client stops to lead. */
  readonly marginMs: number;
  readonly snapshotEvery: number;
  readonly latencyMs: number;
  readonly latenessMs: number;
  /** The largest difference of a clock's speed from 1. */
  readonly clockDrift: number;
  readonly electionMs: number;
  readonly routeStaleMs: number;
  readonly rates: NatsRates;
  /** How long a node or a client takes to be started again, in ms. */
  readonly restartMs: number;
  /** The period in which nodes and clients are first started, in ms. */
  readonly arrivalMs: number;
  /** The true time at which all faults are repaired, in ms. */
  readonly faultsUntilMs: number;
  readonly faults: readonly LogFaultEvent[];
}

export function isLogScenario(scenario: object): scenario is LogScenario {
  return "servers" in scenario;
}

/** Draws the scenario of a seed. @param only the kinds of faults to choose from */
export function logScenarioOf(seed: number, only?: readonly LogFaultKind[]): LogScenario {
  const random = randomStream(seed, "log scenario");
  const servers = random.pick([1, 3, 3, 3] as const);
  const nodes = random.pick([2, 3, 3, 3, 4]);
  const clients = random.pick([2, 4, 6, 10]);
  const leaseMs = Math.round(2_000 * 5 ** random.next());
  const marginMs = Math.round(leaseMs * (0.05 + 0.1 * random.next()));
  const scenario = {
    seed,
    nodes,
    servers,
    clients,
    capacity: random.pick([clients, clients, clients + 2, Math.max(1, clients - 2)]),
    waitingCapacity: random.pick([0, 2, 10]),
    leaseMs,
    marginMs,
    snapshotEvery: random.pick([7, 20, 100, 10_000]),
    latencyMs: random.pick([0.1, 0.5, 5, 20]),
    latenessMs: random.pick([0, 1, 20]),
    clockDrift: (marginMs / leaseMs) * random.pick([0, 0.05, 0.2]),
    electionMs: random.pick([300, 2_000, 4_000]),
    routeStaleMs: random.pick([1_000, 5_000, 20_000]),
    rates: {
      lostAcks: random.pick([0, 0, 0.02, 0.1]),
      lostRepublish: random.pick([0, 0, 0.02, 0.2]),
      doubledRepublish: random.pick([0, 0.05]),
      republishDelayMs: random.pick([0, 5, 30]),
    },
    restartMs: random.pick([300, 3_000]),
    arrivalMs: random.pick([500, 5_000]),
    faultsUntilMs: random.pick([20_000, 40_000, 60_000]),
  };
  return { ...scenario, faults: drawFaults(scenario, random, only) };
}

function drawFaults(
  { servers, faultsUntilMs, nodes, clients }: Omit<LogScenario, "faults">,
  random: Random,
  only: readonly LogFaultKind[] | undefined,
): LogFaultEvent[] {
  const possible = only ?? LOG_FAULT_KINDS.filter((kind) => isPossible(kind, servers));
  const share = random.pick([0.15, 0.3, 0.6, 1]);
  const on = possible.filter((kind) => random.chance(isRare(kind) ? share * 0.2 : share));
  const kinds = on.length > 0 ? on : [random.pick(possible)];
  const faults: LogFaultEvent[] = [];
  for (let left = 5 + random.below(25); left > 0; left--) {
    const near = faults.length > 0 && random.chance(0.4) ? random.pick(faults) : undefined;
    const at = near === undefined
      ? 1_000 + random.next() * (faultsUntilMs - 1_000)
      : near.at + random.next() * 2_000;
    faults.push({
      at: Math.min(at, faultsUntilMs - 1),
      kind: random.pick(kinds),
      target: near !== undefined && random.chance(0.5) ? near.target : random.below(nodes * clients),
      // A node is fenced only if a fault lasts for some seconds.
      ms: Math.round(random.chance(0.4) ? 5_000 + random.next() * 15_000 : 50 * 100 ** random.next()),
    });
  }
  return faults.sort((a, b) => a.at - b.at);
}

/** They end the life of all nodes. */
function isRare(kind: LogFaultKind): boolean {
  return kind === "recreate_stream" || kind === "lose_records";
}

function isPossible(kind: LogFaultKind, servers: number): boolean {
  switch (kind) {
    case "lose_records":
      return servers === 1;
    case "cut_server":
    case "lag_replica":
    case "move_leader":
    case "kill_two_servers":
      return servers > 1;
    default:
      return true;
  }
}
