// Faults by chance, while clients come and go: afterwards all servers have the same ranking, each client has its seat, and
// no two clients with a lease could lead at once.

import { Random } from "../../../support/random.ts";
import type { Program } from "../../../support/programs/start_process.ts";
import { within } from "../../lead/world/within.ts";
import { agreed, compareWithClients } from "../world/agreement.ts";
import { Clients } from "../world/clients.ts";
import { ClusterWorld } from "../world/cluster_world.ts";
import { LeaseWatch } from "../world/lease_watch.ts";
import type { MovingClient } from "../world/moving_client.ts";
import { faultsOf } from "./chaos_faults.ts";
import { Churn } from "./churn.ts";

const LEASE_MS = 5_000;
const GRACE_MS = 5_000;
const LEADERS = 3;
const CHURNING = 60;
/** How often everything is to recover, and is compared. */
const ROUND_MS = 60_000;
const RECOVER_MS = 60_000;

const CHAOS_SETTINGS = {
  top: "max_clients = 500",
  session: `resume_grace_ms = ${GRACE_MS}\nlease_max_ms = ${LEASE_MS}`,
};

export interface ChaosOptions {
  readonly seed: number;
  readonly ms: number;
  readonly replicas: 1 | 3;
  readonly program: Program;
}

export interface ChaosReport {
  readonly faults: ReadonlyMap<string, number>;
  readonly rounds: number;
  readonly joined: number;
  readonly reigns: number;
  readonly changes: number;
  readonly smallestGapMs: number;
  /** The last position of the log that was the same everywhere. */
  readonly epoch: number;
  /** What did not hold, with the output of the servers; `undefined`: all did. */
  readonly violation: string | undefined;
}

export async function runChaos({ seed, ms, replicas, program }: ChaosOptions): Promise<ChaosReport> {
  await using world = await ClusterWorld.start({
    program,
    replicas,
    hasProxies: true,
    settings: CHAOS_SETTINGS,
  });
  const random = new Random(seed);
  const watch = new LeaseWatch(LEASE_MS);
  await using leaders = new Clients(world.ports, "leader");
  for (let i = 0; i < LEADERS; i++) await leaders.join(i, { leaseMs: LEASE_MS, onProof: watch.proof });
  const churn = new Churn(world.ports, random, CHURNING);
  const counts = new Map<string, number>();
  const faults = [...faultsOf(world)];
  const end = performance.now() + ms;
  let rounds = 0;
  let epoch = 0;
  let violation: string | undefined;
  const history: string[] = [];
  try {
    while (performance.now() < end) {
      churn.start();
      const roundEnd = Math.min(end, performance.now() + ROUND_MS);
      while (performance.now() < roundEnd) {
        const [name, happen] = random.pick(faults);
        counts.set(name, (counts.get(name) ?? 0) + 1);
        history.push(`${new Date().toISOString()} ${name}`);
        await happen(world, random);
      }
      history.push(`${new Date().toISOString()} recovery`);
      await churn.stop();
      await recovered(world, [...leaders.all, ...churn.clients]);
      epoch = (await world.nodes[0]!.status()).epoch;
      if (watch.faults.length > 0) throw new Error(watch.faults.join("\n"));
      rounds++;
    }
  } catch (error) {
    violation = `${error instanceof Error ? error.stack : error}\n${
      history.slice(-8).join("\n")
    }\n${world.story}`;
  }
  await churn.close();
  const { changes, smallestGapMs, reigns: { length: reigns } } = watch;
  return { faults: counts, rounds, joined: churn.joined, reigns, changes, smallestGapMs, epoch, violation };
}

/** Seats of clients that have broken off are gone then. */
async function recovered(world: ClusterWorld, clients: readonly MovingClient[]): Promise<void> {
  await world.formed();
  await within(RECOVER_MS, "all clients are seated", () => clients.every(({ isSeated }) => isSeated));
  const roster = await agreed(world.nodes, ({ length }) => length === clients.length);
  const faults = compareWithClients(roster, clients);
  if (faults.length > 0) throw new Error(faults.join("\n"));
}

export function describeChaos(report: ChaosReport): string {
  const { faults, rounds, joined, reigns, changes, smallestGapMs, epoch } = report;
  const counts = [...faults].map(([name, count]) => `${count} ${name}`).join(", ");
  const gap = smallestGapMs === Infinity
    ? ""
    : `, ${(smallestGapMs / 1_000).toFixed(1)} s between them at least`;
  return `${counts}\n${rounds} times all servers and clients agreed, at last at epoch ${epoch}; ${joined} clients joined\n` +
    `${reigns} times a client led, ${changes} changes of leader${gap}`;
}
