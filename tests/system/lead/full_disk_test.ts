// The disk under the server's journal is full while a client leads: it goes on, and no other one leads.

import { assert, assertEquals } from "@std/assert";
import { noSmallDisk, SmallDisk } from "../../support/programs/small_disk.ts";
import { LeadWorld } from "./world/lead_world.ts";

Deno.test({
  name: "G11: on a full disk the leader goes on, and nobody takes over before that is saved",
  ignore: noSmallDisk !== undefined,
  async fn() {
    await using disk = await SmallDisk.mount();
    await using world = await LeadWorld.start({
      ...{ hasStore: true, storeFolder: disk.path, knowsAllLeases: true },
    });
    const first = await world.startClient("a");
    const before = await world.started("a leads", () => true);
    const second = await world.startClient("b");
    disk.fill();
    const third = await world.spawnClient("c");
    await third.says(/cannot save its journal/);
    assertEquals(world.log.starts.length, 1, "a goes on");
    first.signal("SIGTERM");
    await first.status;
    await second.says(/cannot save its journal/);
    assertEquals(world.log.starts.length, 1, "nobody is told that it leads");
    disk.free();
    const after = await world.started("somebody leads", ({ pid }) => pid !== before.pid);
    assert(after.ticket > before.ticket);
    assertEquals(world.log.faults, []);
  },
});
