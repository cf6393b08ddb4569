// A program that ends and leaves others of its group behind, alive or as zombies.

import { assertEquals } from "@std/assert";
import { signalProcess } from "../world/process_tree.ts";
import { scenario } from "../world/scenario.ts";
import { within } from "../world/within.ts";
import { AT_ONCE, clientToml, LEASE_MS, LONG, LONG_LEASE_MS, LONG_TOML } from "../world/world_options.ts";

const WAIT_MS = 15_000;
/** No PATH finds anything there. */
const NO_SHELL = { PATH: "/no/such/folder" };

for (const [signal, code] of [["SIGUSR1", 3], ["SIGKILL", 137]] as const) {
  for (const [where, env] of [["", {}], [", where no shell can be found", NO_SHELL]] as const) {
    const options = { both: where === "", ...LONG };
    scenario(
      `a program that ends with ${code} leaves children behind that ignore TERM${where}`,
      options,
      async (world) => {
        const program = world.program("family");
        const [first] = await world.startClients(["a", "b"], { toml: LONG_TOML, program, env });
        const before = await world.started("a leads");
        signalProcess(before.pid, signal);
        await world.succeeded(before);
        assertEquals(await first!.ends(), code);
      },
    );
  }
}

/** The next leader has waited neither for KILL nor for the lease. */
const PATIENT = clientToml("", LONG_LEASE_MS).replace(/kill_after_ms = \d+/, "kill_after_ms = 60_000");

scenario(
  "a program that crashes leaves a child behind that ends on TERM: the next leader does not wait for KILL",
  {
    both: true,
    ...AT_ONCE,
    leaseMaxMs: LONG_LEASE_MS,
  },
  async (world) => {
    const [first] = await world.startClients(["a", "b"], { toml: PATIENT });
    const before = await world.started("a leads");
    signalProcess(before.pid, "SIGKILL");
    await world.succeeded(before);
    assertEquals(await first!.ends(), 137);
  },
);

scenario(
  "a program that is stopped is killed in time",
  { ...AT_ONCE, leaseMaxMs: LEASE_MS },
  async (world) => {
    const [first] = await world.startClients(["a", "b"], { program: world.program("family") });
    const before = await world.started("a leads");
    signalProcess(-before.pid, "SIGSTOP");
    await first!.ask("yield");
    const after = await world.succeeded(before);
    signalProcess(-after.pid, "SIGSTOP");
    world.clients.get("b")!.proxy.cut();
    await world.succeeded(after);
  },
);

for (const [where, env] of [["", {}], [", where no shell can be found", NO_SHELL]] as const) {
  scenario(`a zombie in the program's group does not count${where}`, {
    both: where === "",
    ...AT_ONCE,
    leaseMaxMs: LONG_LEASE_MS,
  }, async (world) => {
    const program = world.program("outsider");
    const [first] = await world.startClients(["a", "b"], { toml: PATIENT, program, env });
    const before = await world.started("a leads");
    await within(WAIT_MS, "it has left a zombie", () => hasZombie(before.pid));
    await first!.kill();
    const after = await world.succeeded(before);
    await within(WAIT_MS, "the next one has left a zombie", () => hasZombie(after.pid));
    // And when the program ends by itself.
    signalProcess(after.pid, "SIGUSR1");
    assertEquals(await world.clients.get("b")!.ends(), 3);
  });
}

function hasZombie(group: number): boolean {
  const stats = [...Deno.readDirSync("/proc")].map(({ name }) => readStat(name));
  return stats.some((stat) => new RegExp(`\\) Z -?\\d+ ${group} `).test(stat));
}

function readStat(pid: string): string {
  try {
    return Deno.readTextFileSync(`/proc/${pid}/stat`);
  } catch {
    return "";
  }
}
