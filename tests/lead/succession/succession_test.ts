// Five clients under --lead and whatever can happen to them, by chance: never two leaders, never a ticket below an earlier
// one, and soon somebody leads again. LONG=1 makes 200 faults with each seed; TEST_SEED runs one seed again.

import { assert, assertEquals } from "@std/assert";
import { Random } from "../../server/random.ts";
import { drawSeed } from "../../seed.ts";
import { type Fault, FaultMaker, FAULTS } from "./lead_faults.ts";
import { KILL_AFTER_MS, LeadWorld, LEASE_MS } from "../world/lead_world.ts";
import { Leaderless } from "../world/leaderless.ts";

const CLIENTS = 5;
const SEEDS = Deno.env.has("TEST_SEED") ? 1 : 3;
const LONG_FAULTS = 200;
/** Of a normal run, for each seed. */
const NORMAL_MS = 18_000;

/**
 * docs/succession.md, "How long nobody leads", after a fault is over: a lease, again one where the server started anew
 * without a store, and the start of two processes (a client, a guard) from their sources on a busy machine.
 */
const LED_AGAIN_MS = 2 * LEASE_MS + KILL_AFTER_MS + 10_000;

for (let index = 0; index < SEEDS; index++) {
  Deno.test(`five clients under --lead, faults by chance: one leader at a time (${index + 1})`, async () => {
    const seed = drawSeed();
    const random = new Random(seed);
    const hasStore = random.chance(0.5);
    console.log(`Run it again with TEST_SEED=${seed}${hasStore ? " (seats in a store)" : ""}`);
    await using world = await LeadWorld.start({ hasStore });
    const maker = new FaultMaker(world, random);
    for (let count = 0; count < CLIENTS; count++) await maker.join();
    await world.started("the first leads", () => true);

    const counts = new Map<Fault, number>();
    using leaderless = new Leaderless(world.log);
    const end = performance.now() + NORMAL_MS;
    const isLong = Deno.env.get("LONG") === "1";
    for (let made = 0; isLong ? made < LONG_FAULTS : performance.now() < end; made++) {
      const fault = FAULTS[random.below(FAULTS.length)]!;
      counts.set(fault, (counts.get(fault) ?? 0) + 1);
      const what = `somebody leads after fault ${made + 1} (${fault})`;
      try {
        await maker.make(fault);
        await world.started(what, () => true, LED_AGAIN_MS);
        assertEquals(world.log.faults, [], what);
      } catch (error) {
        console.log(world.story);
        throw error;
      }
    }
    const told = [...counts].map(([fault, count]) => `${count} ${fault}`).join(", ");
    console.log(
      `${told}; ${world.log.starts.length} starts; longest without a leader: ` +
        `${Math.round(leaderless.longestMs)} ms, with a lease of ${LEASE_MS} ms`,
    );
    assert(world.log.starts.length > 1);
  });
}
