// While the store can neither save anything nor be marked as dirty, clients with a lease are sent nothing that relies on it.

import { assertEquals } from "@std/assert";
import { nullStore, type SeatStore } from "../../../src/server/seats/seat_store.ts";
import { RawClient } from "../../support/server/raw_client.ts";
import { startServer } from "../../support/server/start_server.ts";

Deno.test("G11: what could not be saved is sent to no client with a lease, and to all others", async () => {
  let isSaved = true;
  const store: SeatStore = { ...nullStore(1), knowsAllLeases: true, commit: () => isSaved };
  await using server = await startServer({ store });
  await using leader = await RawClient.join(server.port);
  await using next = await RawClient.join(server.port);
  await using watcher = await RawClient.join(server.port);
  for (const client of [leader, next]) await client.request("hello", { lease_ms: 5_000 });
  const before = [leader.lines.length, next.lines.length];
  isSaved = false;
  leader.notify("leave");
  assertEquals((await next.note("closing")).reason, "unavailable");
  await leader.ended();
  assertEquals([leader.lines.length, next.lines.length - 1], before, "it is not told that it was promoted");
  assertEquals((await watcher.note("promoted")).rank, 1);

  await using newcomer = await RawClient.join(server.port);
  await newcomer.settled();
  newcomer.ask("hello", { lease_ms: 5_000 });
  const { reason, retry_after_ms } = await newcomer.note("closing");
  assertEquals([reason, retry_after_ms], ["unavailable", 1_000]);
  assertEquals(newcomer.lines.length, 3, "nothing between the answer to its ping and that");

  isSaved = true;
  await using back = await RawClient.join(server.port);
  assertEquals((await back.request("hello", { lease_ms: 5_000 })).result.times.lease_ms, 5_000);
});
