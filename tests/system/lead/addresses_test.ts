// A leader that knows two addresses of its server.

import { assert, assertEquals } from "@std/assert";
import { FaultyProxy } from "../../support/programs/faulty_proxy.ts";
import { LeadWorld } from "./world/lead_world.ts";
import { isThere } from "./world/process_tree.ts";
import { LONG, LONG_TOML } from "./world/world_options.ts";

Deno.test("a leader whose address is gone resumes its seat at the other, and so does its guard's release", async () => {
  await using world = await LeadWorld.start(LONG);
  await using other = await FaultyProxy.open(() => world.port);
  const options = { toml: LONG_TOML, otherPorts: [other.port] };
  const [first] = await world.startClients(["a", "b"], options);
  const before = await world.started("a leads", () => true);
  await first!.proxy[Symbol.asyncDispose]();
  await first!.says(new RegExp(`Resumed rank 0 of 2 .* at 127\\.0\\.0\\.1, port ${other.port}`));
  assertEquals([world.log.running?.pid, world.log.starts.length], [before.pid, 1]);
  assert(!first!.output.includes("stopping the program"), first!.output);
  // Its guard releases the seat at the address that is left: the next in line does not wait for the lease.
  await first!.kill();
  const after = await world.started("b leads", ({ pid }) => pid !== before.pid);
  assert(after.ticket > before.ticket);
  assertEquals([isThere(before.pid), world.log.faults], [false, []]);
});
