// The disk under the server's store is full while clients lead: no program may run beside another one after a restart.

import { assert, assertEquals } from "@std/assert";
import { noSmallDisk, SmallDisk } from "../../support/programs/small_disk.ts";
import { LeadWorld } from "./world/lead_world.ts";
import { clientToml, LEASE_MS } from "./world/world_options.ts";

Deno.test({
  name:
    "G11: a leader that a full disk kept from the store is gone before a restarted server lets another one lead",
  ignore: noSmallDisk !== undefined,
  async fn() {
    await using disk = await SmallDisk.mount();
    const leaseMs = 4 * LEASE_MS;
    await using world = await LeadWorld.start({
      ...{ hasStore: true, storeFolder: disk.path, knowsAllLeases: true, leaseMaxMs: leaseMs },
    });
    const first = await world.startClient("a");
    await world.started("a leads", () => true);
    disk.fill();
    const second = await world.startClient("b", { toml: clientToml("", leaseMs) });
    first.signal("SIGTERM");
    await first.status;
    const before = await world.started("b leads", ({ ticket }) => ticket !== world.log.starts[0]!.ticket);
    // It still has most of its lease when a server begins that has never heard of it.
    second.proxy.cut();
    await world.killServer();
    await world.startServer();
    const third = await world.startClient("c");
    await third.says(/No client may lead for/);
    const after = await world.started("c leads", ({ pid }) => pid !== before.pid);
    assert(after.ticket > before.ticket);
    assertEquals(world.log.faults, []);
  },
});
