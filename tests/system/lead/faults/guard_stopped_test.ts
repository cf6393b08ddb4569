// The guard is stopped (SIGSTOP), and cannot end its program: the client does it.

import { assertEquals } from "@std/assert";
import type { LeadClient } from "../world/lead_client.ts";
import type { LeadWorld } from "../world/lead_world.ts";
import { signalProcess } from "../world/process_tree.ts";
import { scenario } from "../world/scenario.ts";
import { pause, within } from "../world/within.ts";
import { AT_ONCE, LEASE_MS } from "../world/world_options.ts";

const OPTIONS = { ...AT_ONCE, leaseMaxMs: LEASE_MS };
const WAIT_MS = 15_000;

interface Fault {
  readonly name: string;
  readonly make: (world: LeadWorld, leader: LeadClient) => Promise<unknown> | void;
  readonly both?: boolean;
}

const FAULTS: readonly Fault[] = [
  { name: "an eviction", make: (world) => world.evictLeader(), both: true },
  { name: "a network that is cut", make: (_world, leader) => leader.proxy.cut(), both: true },
  { name: "a stall towards the server", make: (_world, leader) => leader.proxy.stall("to server") },
  { name: "a stall towards the client", make: (_world, leader) => leader.proxy.stall("to client") },
  {
    name: "a yield",
    make: (_world, leader) => leader.ask("yield").catch(() => {/* It may end before it answers. */}),
  },
  { name: "TERM to the client", make: (_world, leader) => leader.signal("SIGTERM") },
  {
    name: "TERM to the client, twice",
    make: (_world, leader) => {
      leader.signal("SIGTERM");
      leader.signal("SIGINT");
    },
  },
];

for (const { name, make, both = false } of FAULTS) {
  scenario(`with a stopped guard, ${name} ends the program in time`, { both, ...OPTIONS }, async (world) => {
    const program = world.program("stubborn", "family");
    const [first] = await world.startClients(["a", "b"], { program });
    const before = await world.started("a leads");
    const guard = first!.guard!;
    signalProcess(guard, "SIGSTOP");
    await make(world, first!);
    const after = await world.succeeded(before);
    signalProcess(guard, "SIGCONT");
    first!.proxy.heal();
    // In line again, or at its end.
    await first!.settled(({ ticket }) => ticket! > before.ticket);
    assertEquals(world.log.running?.pid, after.pid);
  });
}

scenario(
  "client and guard are stopped for less than the lease: one leader at a time",
  OPTIONS,
  async (world) => {
    const [first] = await world.startClients(["a", "b"], { program: world.program("stubborn", "family") });
    await world.started("a leads");
    const both = [first!.pid, first!.guard!];
    for (const pid of both) signalProcess(pid, "SIGSTOP");
    await pause(LEASE_MS / 4);
    for (const pid of both) signalProcess(pid, "SIGCONT");
    await world.started("a client leads");
    await first!.seated();
  },
);

// That the program runs until then is documented: nothing is left that could stop it.
for (const order of ["client", "guard"] as const) {
  scenario(
    `client and guard were stopped for longer than the lease: the program ends when the ${order} goes on`,
    { ...OPTIONS, mayOverlap: true },
    async (world) => {
      const [first] = await world.startClients(["a", "b"], { program: world.program("stubborn", "family") });
      const before = await world.started("a leads");
      const both = [first!.guard!, first!.pid];
      for (const pid of both) signalProcess(pid, "SIGSTOP");
      await within(WAIT_MS, "the next leader's program begins", () => world.log.overlaps > 0);
      for (const pid of order === "guard" ? both : both.toReversed()) {
        signalProcess(pid, "SIGCONT");
        await within(WAIT_MS, "nothing of the first program is left", () => world.log.of("alone").length > 0);
      }
      const after = await world.started("b's program is alone", ({ ticket }) => ticket > before.ticket);
      await first!.settled(({ ticket }) => ticket! > before.ticket);
      assertEquals([world.log.running?.pid, world.log.overlaps], [after.pid, 1]);
    },
  );
}
