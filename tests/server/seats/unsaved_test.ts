// While the journal cannot save records, nobody is told what relies on them.

import { assertEquals } from "@std/assert";
import { RawClient } from "../../support/server/raw_client.ts";
import { restoredJournal } from "../../support/server/journals.ts";
import { login, tokensToml } from "../../support/server/tokens.ts";
import { startServer } from "../../support/server/start_server.ts";

const TOML = "[session]\nresume_grace_ms = 60_000";

Deno.test("G10, G11: no client is sent what could not be saved; others are not affected, and all resume", async () => {
  let isFull = false;
  const recovered = Promise.withResolvers<void>();
  const journal = restoredJournal([], {
    write() {
      if (isFull) throw new Error("database or disk is full");
    },
  }, { now: () => performance.now(), onRecovery: recovered.resolve });
  await using server = await startServer({ toml: TOML, journal });
  const clients: RawClient[] = [];
  for (let i = 0; i < 3; i++) {
    clients.push(await RawClient.join(server.port));
    await clients[i]!.request("hello", { lease_ms: 5_000 });
  }
  const [leader, second, third] = clients as [RawClient, RawClient, RawClient];
  const told = third.lines.length;
  isFull = true;
  second.notify("leave");
  assertEquals((await third.note("closing")).reason, "unavailable");
  await third.ended();
  assertEquals(third.lines.length, told + 1, "it is not told that it was promoted");

  // What was promised before remains true.
  assertEquals((await leader.request("ping")).result, {});
  await using newcomer = await RawClient.connect(server.port);
  const { reason, retry_after_ms } = await newcomer.note("closing");
  assertEquals([reason, retry_after_ms], ["unavailable", 1_000]);

  isFull = false;
  await recovered.promise;
  await using back = await RawClient.join(server.port);
  const { resume } = third.notes("welcome")[0];
  assertEquals((await back.request("hello", { resume })).result.rank, 1);
  for (const client of clients) await client.close();
});

Deno.test("who evicts a client is not told so while it cannot be saved: after a restart the client could come back", async () => {
  let isFull = false;
  const journal = restoredJournal([], {
    write() {
      if (isFull) throw new Error("database or disk is full");
    },
  }, { now: () => performance.now() });
  const tokens = tokensToml({ boss: "evict = true", worker: "" });
  await using server = await startServer({ toml: TOML, journal, tokens });
  await using evictor = await login(server.port, "boss");
  await using second = await login(server.port, "worker");
  await using third = await login(server.port, "worker");
  const told = evictor.lines.length;
  isFull = true;
  evictor.ask("evict", { rank: 1 });
  await evictor.ended();
  const [only, ...others] = evictor.lines.slice(told).map(({ json }) => json);
  assertEquals([only.method, only.params.reason, others.length], ["closing", "unavailable", 0]);
  for (const answer of [server.server.raise({ rank: 1 }), server.server.evict({ rank: 1 })]) {
    assertEquals("reason" in answer && answer.reason, "unavailable");
  }
  for (const client of [second, third]) await client.ended();
});
