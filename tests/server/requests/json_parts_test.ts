// G9: a line with so many objects and members that its parser would keep other clients waiting is not parsed.

import { assertEquals } from "@std/assert";
import { RawClient } from "../../support/server/raw_client.ts";
import { startServer } from "../../support/server/start_server.ts";

const PARTS = 10_000;
const MESSAGE = `JSON exceeds the limit of ${PARTS} objects, arrays and members`;
const members = (count: number) => Array.from({ length: count }, (_, i) => `"k${i}":1`).join(",");

Deno.test("a line with too many members is refused as too large, and one with fewer is read", async () => {
  await using server = await startServer();
  await using client = await RawClient.join(server.port);
  // With the message, its params and its own members.
  const ping = (count: number) => `{"jsonrpc":"2.0","id":7,"method":"ping","params":{${members(count)}}}`;
  client.send(ping(PARTS - 6));
  assertEquals((await client.answer(7)).error.data, { reason: "invalid_params" });
  client.send(ping(PARTS - 5));
  const { error, id } = (await client.next(({ json }) => json?.id === null)).json;
  assertEquals([id, error.message, error.data], [null, MESSAGE, { reason: "too_large", limit: PARTS }]);
});

Deno.test("a list of numbers or of texts may be as long as a line", async () => {
  await using server = await startServer();
  await using client = await RawClient.join(server.port);
  const { error } = await client.request("run", { command: "x", to: new Array(2 * PARTS).fill(1) });
  assertEquals(error.message.endsWith(`got ${2 * PARTS}`), true, error.message);
});

Deno.test("where larger batches are allowed, a line may have more members", async () => {
  await using server = await startServer({ toml: "[limits]\nbatch_items = 200" });
  await using client = await RawClient.join(server.port);
  client.send(`{"jsonrpc":"2.0","id":7,"method":"ping","params":{${members(2 * PARTS - 6)}}}`);
  assertEquals((await client.answer(7)).error.data, { reason: "invalid_params" });
});

Deno.test("G8: a response with too many members ends its part of the run", async () => {
  await using server = await startServer({ toml: 'commands = ["uptime"]' });
  await using issuer = await RawClient.join(server.port);
  await using executor = await RawClient.join(server.port);
  const run = issuer.ask("run", { command: "uptime" });
  const { id } = await executor.message("execute");
  executor.send(`{"jsonrpc":"2.0","id":${id},"result":{"code":0,${members(PARTS)}}}`);
  const { result } = await issuer.answer(run);
  assertEquals([result.failed, result.results[0].reason], [1, `Invalid response: ${MESSAGE}`]);
});
