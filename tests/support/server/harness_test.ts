import { assertEquals, assertRejects } from "@std/assert";
import { join } from "node:path";
import config from "../../../deno.json" with { type: "json" };
import { RawClient } from "./raw_client.ts";
import { CLIENT_FROM_SOURCES, FROM_SOURCES, PROJECT, ServerProcess } from "../programs/start_process.ts";
import { startServer } from "./start_server.ts";

Deno.test("the harness starts a server in this process and sees its events", async () => {
  await using server = await startServer({ toml: "max_clients = 2" });
  await using a = await RawClient.join(server.port);
  await using b = await RawClient.join(server.port);
  assertEquals([a.welcome.rank, b.welcome.rank], [0, 1]);
  await a.reset();
  await server.until((event) => event.event === "client_left" && event.reason === "reset");
  assertEquals((await b.note("promoted")).rank, 0);
  b.halfClose();
  assertEquals(await b.ended(), "end of stream");
  await server.until((event) => event.event === "client_left" && event.reason === "left");
});

Deno.test("the harness starts a server as a process and stops it", async () => {
  await using server = await ServerProcess.start();
  await using a = await RawClient.join(server.port);
  assertEquals(a.welcome.rank, 0);
  assertEquals((await server.stop()).code, 0);
});

Deno.test("a wait of the harness ends", async () => {
  await using server = await startServer();
  await using a = await RawClient.join(server.port);
  await assertRejects(() => a.note("promoted", 10), Error, "10 ms passed");
  await server.stop();
  await assertRejects(() => a.note("promoted"), Error, "that was all (end of stream)");
});

Deno.test("what the harness runs from the sources is what the tasks run", () => {
  const command = ([, ...words]: readonly string[]) =>
    ["deno", ...words].join(" ").replace(join(PROJECT, "main.ts"), "main.ts");
  assertEquals(command(FROM_SOURCES), config.tasks.start.command);
  assertEquals(command(CLIENT_FROM_SOURCES), config.tasks.client.command);
});
