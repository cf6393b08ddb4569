// What is simulated for a seed: how many clients, which configuration, and the faults, each at its time. Every seed switches
// kinds of faults on and off (swarm testing): those that are rare among all the others get their turn.

import { isLeaseLongEnough } from "../../src/rules/lease_times.ts";
import type { Random } from "../support/random.ts";
import { type Fault, FAULT_KINDS, type FaultKind } from "./faults.ts";
import { chanceOf } from "./world/chance.ts";

export interface Scenario {
  readonly seed: number;
  /** Clients under --lead, each on a machine of its own. */
  readonly leaders: number;
  /** Clients that execute commands and send them. */
  readonly members: number;
  readonly capacity: number;
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
  /** By how much timers are late at most. */
  readonly latenessMs: number;
  /** How far the speed of a clock may be from 1. */
  readonly clockDrift: number;
  /** Until a supervisor starts a client again. */
  readonly restartMs: number;
  readonly missingProgramRate: number;
  readonly endingProgramRate: number;
  /** How long clients go on arriving. */
  readonly arrivalMs: number;
  /** Faults happen before this time; then everything is repaired. */
  readonly faultsUntilMs: number;
  readonly faults: readonly Fault[];
}

/** In the order of the numbers that faults name them by. */
export function clientNames({ leaders, members }: Pick<Scenario, "leaders" | "members">): readonly string[] {
  return [
    ...Array.from({ length: leaders }, (_, i) => `leader-${i + 1}`),
    ...Array.from({ length: members }, (_, i) => `member-${i + 1}`),
  ];
}

/** When the first client has arrived in most scenarios. */
const STARTED_MS = 2_000;

function between(chance: Random, min: number, max: number): number {
  return min + chance.next() * (max - min);
}

/** As many values small as large: every order of magnitude gets its share. */
function spread(chance: Random, min: number, max: number): number {
  return Math.round(min * (max / min) ** chance.next());
}

function pick<Item>(chance: Random, items: readonly Item[]): Item {
  return items[chance.below(items.length)]!;
}

/** Times that a client accepts. */
function leaseTimes(chance: Random) {
  for (;;) {
    const leaseMs = spread(chance, 1_000, 20_000);
    const killAfterMs = Math.round(leaseMs * between(chance, 0.02, 0.4));
    const marginMs = Math.round(leaseMs * between(chance, 0.04, 0.2));
    if (isLeaseLongEnough({ leaseMs, killAfterMs, marginMs })) return { leaseMs, killAfterMs, marginMs };
  }
}

/** @param only these kinds of faults, where the seed would choose */
export function scenarioOf(seed: number, only?: readonly FaultKind[]): Scenario {
  const chance = chanceOf(seed, "scenario");
  const times = leaseTimes(chance);
  const leaders = pick(chance, [1, 2, 2, 3, 3, 4, 5]);
  const members = pick(chance, [0, 0, 0, 1, 3]);
  const clients = leaders + members;
  const hasStore = chance.chance(0.6);
  const heartbeatMs = spread(chance, 300, 10_000);
  const faultsUntilMs = STARTED_MS + times.leaseMs * pick(chance, [5, 10, 20, 20]);
  const scenario: Omit<Scenario, "faults"> = {
    seed,
    leaders,
    members,
    capacity: pick(chance, [clients, clients, clients + 2, Math.max(2, clients - 1)]),
    waits: chance.chance(0.5),
    ...times,
    leaseMaxMs: Math.round(times.leaseMs * pick(chance, [1, 1, 1.5])),
    heartbeatMs,
    silenceMs: Math.round(heartbeatMs * between(chance, 1.5, 4)),
    resumeGraceMs: pick(chance, [0, 0, times.leaseMs, 3_000]),
    presentMs: pick(chance, [200, 1_000]),
    hasStore,
    hasHooks: chance.chance(0.2),
    hookTimeoutMs: 2_000,
    reconnectMinMs: pick(chance, [100, 500]),
    reconnectMaxMs: pick(chance, [500, 5_000]),
    latencyMs: pick(chance, [0.05, 0.5, 5, 30]),
    bufferBytes: pick(chance, [600, 4_096, 65_536, 262_144]),
    splitRate: pick(chance, [0, 0.05, 0.5]),
    latenessMs: times.marginMs * pick(chance, [0, 0.05, 0.2]),
    clockDrift: (times.marginMs / times.leaseMs) * pick(chance, [0, 0.05, 0.2]),
    restartMs: pick(chance, [200, 2_000]),
    missingProgramRate: pick(chance, [0, 0, 0, 0.1]),
    endingProgramRate: pick(chance, [0, 0, 0.3]),
    arrivalMs: pick(chance, [1_000, 1_000, times.leaseMs * 3]),
    faultsUntilMs,
  };
  return { ...scenario, faults: drawFaults(scenario, chance, only) };
}

function drawFaults(
  scenario: Omit<Scenario, "faults">,
  chance: Random,
  only: readonly FaultKind[] | undefined,
): Fault[] {
  const { leaders, members, leaseMs, faultsUntilMs } = scenario;
  // At times everything begins with faults.
  const faultsFromMs = pick(chance, [100, STARTED_MS]);
  const share = pick(chance, [0.15, 0.3, 0.6, 1]);
  const possible = only ?? FAULT_KINDS.filter((kind) => isPossible(kind, scenario));
  const on = possible.filter(() => chance.chance(share));
  const kinds = on.length > 0 ? on : [pick(chance, possible)];
  const count = 5 + chance.below(30);
  const faults: Fault[] = [];
  for (let i = 0; i < count; i++) {
    const kind = pick(chance, kinds);
    // Many happen together: two faults within a moment find more than two far apart.
    const near = faults.length > 0 && chance.chance(0.4) ? pick(chance, faults) : undefined;
    const at = near === undefined
      ? between(chance, faultsFromMs, faultsUntilMs)
      : near.at + between(chance, 0, leaseMs * 0.3);
    const isSame = near !== undefined && chance.chance(0.6);
    faults.push({
      at: Math.min(at, faultsUntilMs - 1),
      kind,
      target: isSame ? near.target : chance.below(leaders + members),
      // Many last longer than a lease, which is when seats lapse.
      ms: Math.round(
        chance.chance(0.3) ? between(chance, leaseMs, leaseMs * 3) : spread(chance, 20, leaseMs),
      ),
    });
  }
  return faults.sort((a, b) => a.at - b.at);
}

function isPossible(kind: FaultKind, { members, leaders, hasStore }: Omit<Scenario, "faults">): boolean {
  switch (kind) {
    case "restore_backup":
    case "disk_full":
    case "disk_read_only":
      return hasStore;
    case "run":
    case "cancel":
      return leaders + members > 1;
    // Without a store, tickets come from the clock; so do those that a full disk has not taken.
    case "server_clock_back":
      return false;
    default:
      return true;
  }
}
