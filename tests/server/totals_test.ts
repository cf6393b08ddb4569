// What a server counts of its connections, and what it knows of its journal.

import { assert, assertEquals } from "@std/assert";
import { RawClient } from "../support/server/raw_client.ts";
import { journalIn } from "../support/server/journals.ts";
import { startServer } from "../support/server/start_server.ts";

Deno.test("each connection is counted, and the reason why it was closed", async () => {
  await using testServer = await startServer({ toml: "max_clients = 1" });
  const { server } = testServer;
  const first = await RawClient.join(testServer.port);
  const second = await RawClient.connect(testServer.port);
  await second.ended();
  await first.close();
  await testServer.until(() => testServer.eventsOf("client_left").length === 1);
  const { accepted, closed } = server.totals();
  assertEquals([accepted, closed.full, closed.left, closed.slow_reader], [2, 1, 1, 0]);
});

Deno.test("a journal in a file has a size, and one in memory has none", async () => {
  const folder = await Deno.makeTempDir();
  {
    await using testServer = await startServer({ journal: journalIn(folder) });
    await using _client = await RawClient.join(testServer.port);
    const { isShared, isFailing, position, bytes } = testServer.server.journal();
    assertEquals([isShared, isFailing], [false, false]);
    assert(position > 0 && bytes! >= 4096, `${position} ${bytes}`);
  }
  await Deno.remove(folder, { recursive: true });
  await using testServer = await startServer();
  assertEquals(testServer.server.journal().bytes, undefined);
});

Deno.test("a journal whose file is closed has no size", async () => {
  const folder = await Deno.makeTempDir();
  const testServer = await startServer({ journal: journalIn(folder) });
  await testServer.stop();
  assertEquals(testServer.server.journal().bytes, undefined);
  await Deno.remove(folder, { recursive: true });
});
