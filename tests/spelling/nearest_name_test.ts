// Suggestions for misspelt names.

import { assertEquals } from "@std/assert";
import { findNearestName } from "../../src/spelling/nearest_name.ts";

Deno.test("a name is suggested only where it could be the one that was meant", async () => {
  const known = ["host", "port", "max_clients"];
  assertEquals(await findNearestName("prot", known), "port");
  assertEquals(await findNearestName("po", ["xy"]), undefined);
  assertEquals(await findNearestName("maxclients", known), "max_clients");
  assertEquals(await findNearestName("PORT", known), "port");
  assertEquals(await findNearestName("zzz", known), undefined);
  assertEquals(await findNearestName("x".repeat(100_000), ["x".repeat(100_000)]), undefined);
});
