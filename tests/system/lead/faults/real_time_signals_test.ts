// Signals that the runtime has no name for, and ABRT: to a guard, which goes on, and to a program, whose end they are.

import { assertEquals } from "@std/assert";
import type { LeadClient } from "../world/lead_client.ts";
import { isThere } from "../world/process_tree.ts";
import { scenario } from "../world/scenario.ts";
import { AT_ONCE, LEASE_MS, LONG, LONG_TOML } from "../world/world_options.ts";

const ABRT = 6;
/** Of the first two, the C library makes a use of its own. */
const NUMBERS = [ABRT, 32, 33, 34, 35, 63, 64];

async function signalByNumber(pid: number, number: number): Promise<void> {
  await new Deno.Command("sh", { args: ["-c", 'kill -"$1" "$2"', "sh", String(number), String(pid)] })
    .output();
}

async function signalGuard(client: LeadClient): Promise<void> {
  const guard = client.guard!;
  for (const number of NUMBERS) await signalByNumber(guard, number);
}

scenario("real-time signals to the guard of a leader do nothing", {
  both: true,
  ...AT_ONCE,
  leaseMaxMs: LEASE_MS,
}, async (world) => {
  const program = world.program("stubborn", "family");
  const [first, second] = await world.startClients(["a", "b"], { program });
  const before = await world.started("a leads");
  const guard = first!.guard!;
  for (const client of [first!, second!]) await signalGuard(client);
  await first!.ask("yield");
  const after = await world.succeeded(before);
  assertEquals([world.leader()?.name, first!.guard, isThere(guard)], ["b", guard, true]);
  await second!.kill();
  await world.succeeded(after);
});

scenario("a program that a real-time signal ends gives its exit code, and is not started again", {
  both: true,
  ...LONG,
}, async (world) => {
  const program = world.program("family");
  const [first] = await world.startClients(["a", "b"], { toml: LONG_TOML, program });
  const before = await world.started("a leads");
  await signalByNumber(before.pid, 34);
  await world.succeeded(before);
  assertEquals([await first!.ends(), world.log.starts.length], [162, 2]);
});
