// Messages that cannot be written: client, guard and hooks act first, and neither wait for a pipe nor end with a disk.

import { assertEquals } from "@std/assert";
import { FULL_OUTPUTS, Output } from "../world/full_output.ts";
import type { LeadClient } from "../world/lead_client.ts";
import type { LeadWorld } from "../world/lead_world.ts";
import type { LogEntry } from "../world/leader_log.ts";
import { signalProcess } from "../world/process_tree.ts";
import { scenario } from "../world/scenario.ts";
import { AT_ONCE, clientToml, LEASE_MS, LONG, LONG_LEASE_MS, LONG_TOML } from "../world/world_options.ts";

interface Fault {
  readonly when: string;
  /** Absent: a long one, for which the next leader does not wait. */
  readonly leaseMs?: number;
  readonly make: (world: LeadWorld, leader: LeadClient, program: LogEntry) => Promise<unknown> | void;
  /** How the old leader ends; absent: it is in line again. */
  readonly exitCode?: number;
}

const FAULTS: readonly Fault[] = [
  { when: "its network is cut", leaseMs: LEASE_MS, make: (_world, leader) => leader.proxy.cut() },
  { when: "it is evicted", make: (world) => world.evictLeader() },
  { when: "it yields", make: (_world, leader) => leader.ask("yield") },
  { when: "it is killed", make: (_world, leader) => leader.kill(), exitCode: 137 },
  { when: "it gets TERM", make: (_world, leader) => leader.signal("SIGTERM"), exitCode: 143 },
  {
    when: "its program ends",
    make: (_world, _leader, { pid }) => signalProcess(pid, "SIGUSR1"),
    exitCode: 3,
  },
];

for (const kind of FULL_OUTPUTS) {
  for (const { when, leaseMs = LONG_LEASE_MS, make, exitCode } of FAULTS) {
    const options = { both: leaseMs === LEASE_MS, ...AT_ONCE, leaseMaxMs: leaseMs };
    scenario(`a leader whose stderr is ${kind} hands over when ${when}`, options, async (world) => {
      using output = await Output.open(kind, `${world.folder}/full`);
      const [first] = await world.startClients(["a", "b"], {
        toml: clientToml("", leaseMs),
        stderr: output.path,
        program: world.program("family"),
      });
      const before = await world.started("a leads");
      await make(world, first!, before);
      const after = await world.succeeded(before);
      first!.proxy.heal();
      if (exitCode === undefined) await first!.seated(({ ticket }) => ticket! > before.ticket);
      else assertEquals(await first!.ends(), exitCode);
      assertEquals(world.log.running?.pid, after.pid);
    });
  }

  scenario(
    `a hook that fails while stderr is ${kind} does not keep its client from leading`,
    LONG,
    async (world) => {
      using output = await Output.open(kind, `${world.folder}/full`);
      const first = await world.startClient("a", { toml: LONG_TOML });
      const before = await world.started("a leads");
      const options = { toml: LONG_TOML, stderr: output.path, flags: ["--on-change", "false"] };
      const second = await world.startClient("b", options);
      await first.kill();
      const after = await world.succeeded(before);
      await world.startClient("c", { toml: LONG_TOML });
      await second.ask("yield");
      await world.succeeded(after);
    },
  );

  scenario(`a client whose program is missing ends with 127 while stderr is ${kind}`, LONG, async (world) => {
    using output = await Output.open(kind, `${world.folder}/full`);
    const client = await world.spawnClient("a", { stderr: output.path, program: ["/no/such/program"] });
    assertEquals(await client.ends(), 127);
  });
}
