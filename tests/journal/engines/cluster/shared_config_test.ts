import { assertEquals, assertThrows } from "@std/assert";
import { compareConfig } from "../../../../src/journal/engines/cluster/shared_config.ts";
import { LogFault } from "../../../../src/journal/engines/nats/mod.ts";

Deno.test("a node whose first record went into another log stops, because its own was created again", () => {
  const settings = { capacity: 1, waitingCapacity: 0, leaseMaxMs: 0 };
  const fault = assertThrows(() => compareConfig(undefined, settings), LogFault, "created again");
  assertEquals(fault.reason, "recreated");
});
