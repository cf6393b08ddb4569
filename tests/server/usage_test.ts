// How much of what the server limits it says is in use.

import { assertEquals, assertLessOrEqual } from "@std/assert";
import { RawClient } from "../support/server/raw_client.ts";
import { startServer } from "../support/server/start_server.ts";
import { tokensToml } from "../support/server/tokens.ts";

const LOGIN = '{"jsonrpc":"2.0","id":1,"method":"hello","params":{"token":"wrong"}}\n';

Deno.test("the usage has connections, the waiting room, and the longest unfinished line", async () => {
  await using testServer = await startServer({ toml: 'max_clients = 1\n[session]\noverflow = "wait"' });
  const { server } = testServer;
  assertEquals(server.usage().connections, 0);
  await using first = await RawClient.join(testServer.port);
  await using second = await RawClient.connect(testServer.port);
  await second.note("waiting");
  const answered = first.next(({ json }) => json.id === 7);
  first.sendBytes('{"jsonrpc":"2.0","id":7,"method":"ping"}\n{"jsonrpc":');
  await answered;
  const { connections, waiting, waitingCapacity, lineBytes, pendingLineBytes } = server.usage();
  assertEquals([connections, waiting, lineBytes, pendingLineBytes], [2, 1, 11, 0]);
  assertEquals(waitingCapacity, 1_000);
});

Deno.test("the usage has pending logins, and the addresses with failed logins", async () => {
  await using testServer = await startServer({ tokens: tokensToml({ ada: "" }) });
  await using silent = await RawClient.connect(testServer.port);
  await using guessing = await RawClient.connect(testServer.port);
  guessing.sendBytes(LOGIN);
  await testServer.until(() => testServer.eventsOf("login_refused").length > 0);
  const { pendingLogins, failureAddresses } = testServer.server.usage();
  // A refusal is delayed.
  assertEquals([pendingLogins, failureAddresses], [2, 1]);
  await silent.close();
});

Deno.test("the usage has the longest send queue, which is within its limit, and all of them together", async () => {
  await using testServer = await startServer({ toml: "max_clients = 2" });
  const { server } = testServer;
  const limit = 8 * 1024 * 1024 + 2 * 1024;
  await using client = await RawClient.join(testServer.port);
  assertEquals(server.usage().outboxBytes, 0);
  client.stall();
  while (server.usage().outboxBytes < limit / 4) {
    await client.written('{"jsonrpc":"2.0","id":1,"method":"roster"}\n'.repeat(1_000));
  }
  const { outboxBytes, outboxTotalBytes, outboxLimitBytes } = server.usage();
  assertLessOrEqual(outboxBytes, limit);
  assertEquals([outboxTotalBytes, outboxLimitBytes], [outboxBytes, limit]);
});
