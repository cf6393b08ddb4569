// Five clients under --lead and many faults in a row: never two leaders, never a ticket below an earlier one, and after
// each fault a client leads again and the others are in line.

import { Random } from "../../../support/random.ts";
import { START_MS } from "../world/lead_client.ts";
import { LeadWorld } from "../world/lead_world.ts";
import { Leaderless } from "../world/leaderless.ts";
import type { Programs } from "../world/programs.ts";
import { BACKGROUND_FAULTS, LeadFaults } from "./lead_faults.ts";
import { CLUSTER_LEASE_MS, KILL_AFTER_MS, LEASE_MS } from "../world/world_options.ts";

const CLIENTS = 5;
/** Faults before the one that did not go well, which are told with it. */
const HISTORY = 6;
/** How often there is another one meanwhile. */
const BACKGROUND_SHARE = 0.4;
/** How often all clients are in line again before the next fault, and not only one of them leads. */
const SETTLED_SHARE = 0.5;

/**
 * docs/succession.md, "How long no client leads", after a fault is over: a lease, again one where the server started anew
 * without a store, and the start of two processes from their sources on a busy machine.
 */
const LED_AGAIN_MS = 2 * LEASE_MS + KILL_AFTER_MS + 10_000;
/** NATS elects a leader, the servers give one of them up, and a seat is no longer kept: one after the other. */
const CLUSTER_LED_AGAIN_MS = 2 * CLUSTER_LEASE_MS + KILL_AFTER_MS + 40_000;
/** Of the program, of a guard that was lost, and by the signals that are sent; the last one is of KILL, too. */
const EXIT_CODES = [3, 129, 130, 131, 137, 143];

export interface TrialOptions {
  /** The same seed, the same faults; one that is even keeps seats in a store. */
  readonly seed: number;
  readonly programs: Programs;
  /** Several servers with one ranking; 1 or absent: one. */
  readonly servers?: number;
  /** Whether to make one more fault. */
  readonly goesOn: (made: number) => boolean;
}

export interface Trial {
  readonly counts: ReadonlyMap<string, number>;
  readonly exits: ReadonlyMap<number, number>;
  readonly faults: number;
  readonly starts: number;
  readonly overlaps: number;
  readonly longestLeaderlessMs: number;
  readonly leaseMs: number;
  /** What did not hold, and all output; `undefined` when everything did. */
  readonly violation: string | undefined;
}

export function hasStore(seed: number): boolean {
  return seed % 2 === 0;
}

export async function runTrial(options: TrialOptions): Promise<Trial> {
  const { seed, programs, servers = 1 } = options;
  const world = await LeadWorld.start(
    servers > 1 ? { programs, servers } : { programs, hasStore: hasStore(seed) },
  );
  const trial = await makeFaults(world, options);
  try {
    await world[Symbol.asyncDispose]();
    return trial;
  } catch (error) {
    return { ...trial, violation: trial.violation ?? `the end, when all clients have been killed: ${error}` };
  }
}

async function makeFaults(world: LeadWorld, { seed, goesOn }: TrialOptions): Promise<Trial> {
  using faults = new LeadFaults(world);
  const counts = new Map<string, number>();
  let made = 0;
  let longestLeaderlessMs = 0;
  let violation: string | undefined;
  let doing = "five clients join";
  const ledAgainMs = world.cluster === undefined ? LED_AGAIN_MS : CLUSTER_LED_AGAIN_MS;
  const history: string[] = [];
  try {
    const joining = new Random(seed);
    for (let count = 0; count < CLIENTS; count++) await faults.join(joining);
    await world.started("the first client leads");
    using leaderless = new Leaderless(world.log);
    for (; goesOn(made); made++) {
      // Drawn anew for each, so that it does not matter how much chance the one before has used.
      const random = new Random(seed + 7_919 * (made + 1));
      const fault = draw(faults.possible, random);
      const background = random.chance(BACKGROUND_SHARE) ? draw(BACKGROUND_FAULTS, random) : undefined;
      const names = background === undefined ? [fault] : [fault, background];
      for (const name of names) counts.set(name, (counts.get(name) ?? 0) + 1);
      doing = `fault ${made + 1} (${names.join(", with ")})`;
      history.push(`${Date.now()} ${doing}`);
      await faults.make(fault, background, random);
      await world.started("a client leads again", () => true, ledAgainMs);
      longestLeaderlessMs = leaderless.longestMs;
      if (random.chance(SETTLED_SHARE)) {
        await Promise.all([...world.clients.values()].map((client) => client.settled(undefined, START_MS)));
      }
      await faults.replaceEnded(EXIT_CODES, random);
      if (world.log.faults.length > 0) throw new Error(world.log.faults.join("; "));
    }
  } catch (error) {
    const reason = error instanceof Error ? error.message : error;
    violation = `${doing}: ${reason}\n${history.slice(-HISTORY).join("\n")}\n${world.story}`;
  }
  const { exits } = faults;
  const { starts: { length: starts }, overlaps } = world.log;
  return {
    counts,
    exits,
    faults: made,
    starts,
    overlaps,
    longestLeaderlessMs,
    leaseMs: world.leaseMs,
    violation,
  };
}

function draw<Name extends string>(faults: Readonly<Record<Name, unknown>>, random: Random): Name {
  const names = Object.keys(faults) as Name[];
  return names[random.below(names.length)]!;
}

export function describeTrial(
  { counts, exits, faults, starts, overlaps, longestLeaderlessMs, leaseMs }: Trial,
): string {
  const list = (map: ReadonlyMap<unknown, number>) =>
    [...map].map(([what, count]) => `${count} ${what}`).toSorted((a, b) => parseInt(b) - parseInt(a)).join(
      ", ",
    );
  return `${faults} faults: ${list(counts)}
clients ended, by exit code: ${[...exits].map(([code, count]) => `${code} (${count})`).join(", ") || "none"}
${starts} starts, ${overlaps} overlaps; longest without a leader: ${
    Math.round(longestLeaderlessMs)
  } ms, with a lease of ${leaseMs} ms`;
}
