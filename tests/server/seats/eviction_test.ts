// An evicted member can use its token for one thing only: to end its lease.

import { assertEquals } from "@std/assert";
import { RawClient } from "../../support/server/raw_client.ts";
import { startServer, type TestServer } from "../../support/server/start_server.ts";
import { journalIn } from "../../support/server/journals.ts";

const TOML = "[session]\nresume_grace_ms = 60_000\nlease_max_ms = 60_000\n";

async function joinAll(server: TestServer) {
  const [leader, second] = [await RawClient.join(server.port), await RawClient.join(server.port)];
  await leader.request("hello", { lease_ms: 60_000 });
  return { leader, second, token: leader.welcome.resume as string };
}

Deno.test("an evicted member ends its lease with its token, and the next one is promoted immediately", async () => {
  for (const isAway of [false, true]) {
    await using server = await startServer({ toml: TOML });
    const { leader, second, token } = await joinAll(server);
    if (isAway) {
      await leader.reset();
      await server.until(({ event }) => event === "client_away");
    }
    server.server.evict({ rank: 0 });
    await using other = await RawClient.join(server.port);
    assertEquals((await other.request("hello", { resume: token })).error.data.reason, "unauthenticated");
    assertEquals(second.notes("promoted"), []);
    assertEquals((await other.request("leave", { resume: token })).result, {});
    assertEquals((await second.note("promoted")).rank, 0);
    for (const client of [leader, second]) await client.close();
  }
});

Deno.test("an eviction survives a restart: the seat cannot be resumed, and is reserved for its lease only", async () => {
  const folder = await Deno.makeTempDir();
  const { token, port } = await (async () => {
    await using server = await startServer({ toml: TOML, journal: journalIn(folder) });
    const { leader, second, token } = await joinAll(server);
    await leader.request("hello", { lease_ms: 60_000 });
    await second.settled();
    server.server.evict({ rank: 0 });
    const { port } = leader;
    for (const client of [leader, second]) await client.close();
    return { token, port };
  })();
  await using server = await startServer({ toml: TOML, journal: journalIn(folder) });
  assertEquals(server.server.status().away, 2);
  await using other = await RawClient.join(server.port);
  assertEquals((await other.request("roster")).result.members[0].address, `127.0.0.1:${port}`);
  assertEquals((await other.request("hello", { resume: token })).error.data.reason, "unauthenticated");
  assertEquals((await other.request("leave", { resume: token })).result, {});
  assertEquals((await other.note("promoted")).rank, 1);
  await other.close();
  await server.stop();
  await Deno.remove(folder, { recursive: true });
});

Deno.test("a member is evicted by a name that looks the same as its own", async () => {
  await using server = await startServer();
  await using client = await RawClient.join(server.port);
  await client.request("hello", { name: "r\u00e9gie 1" });
  const evicted = server.server.evict({ name: "re\u0301gie\u00a01" });
  assertEquals("name" in evicted && evicted.name, "r\u00e9gie 1");
  assertEquals((await client.note("closing")).reason, "evicted");
});
