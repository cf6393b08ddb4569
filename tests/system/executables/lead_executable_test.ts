// --lead with both executables, as a user would: what a leader runs is gone before its successor runs, and ends the client
// with its code.

import { assert, assertEquals } from "@std/assert";
import { LeadWorld } from "../lead/world/lead_world.ts";
import { isThere } from "../lead/world/process_tree.ts";
import { CLIENT, SERVER, testsOf } from "../../support/programs/executables.ts";

const test = await testsOf("server", "client");
const programs = { name: "executables", server: SERVER, client: CLIENT } as const;

test("lead executable: a leader killed with SIGKILL, its TERM-proof program with children and without input is gone before the successor's starts", async () => {
  await using world = await LeadWorld.start({ programs });
  const [first] = await world.startClients(["a", "b"], { program: world.program("stubborn", "family") });
  const before = await world.started("a leads", () => true);
  const child = world.log.entries.find(({ what }) => what === "child")!;
  assert(isThere(child.pid));
  await first!.kill();
  const after = await world.started("b leads", ({ pid }) => pid !== before.pid);
  assertEquals([isThere(before.pid), isThere(child.pid)], [false, false]);
  assert(after.ticket > before.ticket);
  assertEquals(world.log.faults, []);
});

test("lead executable: the exit code is the program's, by itself or by a signal, and SIGTERM ends with 143", async () => {
  await using world = await LeadWorld.start({ programs });
  const [first, second, third] = await world.startClients(["a", "b", "c"]);
  const one = await world.started("a leads", () => true);
  Deno.kill(one.pid, "SIGUSR1");
  assertEquals((await first!.status).code, 3);
  const two = await world.started("b leads", ({ pid }) => pid !== one.pid);
  Deno.kill(two.pid, "SIGKILL");
  assertEquals((await second!.status).code, 137);
  const three = await world.started("c leads", ({ pid }) => pid !== two.pid);
  third!.signal("SIGTERM");
  assertEquals((await third!.status).code, 143);
  assertEquals([isThere(three.pid), world.log.faults], [false, []]);
});
