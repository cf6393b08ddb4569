// A client that takes another name: now, while it waits for a seat, and on later connections.

import { assertEquals, assertRejects } from "@std/assert";
import { openClient, RequestError } from "../../src/client/mod.ts";
import { RawClient } from "../support/server/raw_client.ts";
import { startServer } from "../support/server/start_server.ts";

async function namesOf(witness: RawClient): Promise<string[]> {
  const { result } = await witness.request("roster");
  return result.members.map(({ name }: { name: string }) => name);
}

Deno.test("a name that was taken later is said again on the next connection", async () => {
  await using server = await startServer();
  await using witness = await RawClient.join(server.port);
  const client = openClient({
    host: "127.0.0.1",
    port: server.port,
    name: "first",
    reconnect: { minMs: 1, maxMs: 1 },
  });
  let welcomes = 0;
  for await (const event of client.events) {
    if (event.kind !== "welcome") continue;
    welcomes++;
    if (welcomes === 2) break;
    await assertRejects(() => client.rename("\u200b"), RequestError);
    await client.rename("second");
    assertEquals((await namesOf(witness))[1], "second");
    client.drop("as if the network had failed");
  }
  // Answered after the hello of the new connection.
  await client.request("ping");
  assertEquals((await namesOf(witness)).at(-1), "second");
  await client.close();
  await assertRejects(() => client.rename("third"), RequestError);
});

Deno.test("a client that waits for a seat may take another name", async () => {
  await using server = await startServer({ toml: 'max_clients = 1\n[session]\noverflow = "wait"\n' });
  const seated = await RawClient.join(server.port);
  const client = openClient({ host: "127.0.0.1", port: server.port });
  for await (const event of client.events) {
    if (event.kind === "welcome") break;
    if (event.kind !== "waiting") continue;
    await client.rename("patient");
    await seated.close();
  }
  const roster = await client.request("roster");
  assertEquals(roster.members.map(({ name }) => name), ["patient"]);
  await client.close();
});
