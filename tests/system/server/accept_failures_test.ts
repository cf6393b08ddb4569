// Accepting fails on a healthy server too: out of descriptors, and connections that are gone before they are accepted.

import { assert, assertEquals, assertGreater, assertLess } from "@std/assert";
import { connect } from "node:net";
import { cpuMs } from "../../support/programs/process_facts.ts";
import { RawClient } from "../../support/server/raw_client.ts";
import { ServerProcess } from "../../support/programs/start_process.ts";

Deno.test("out of descriptors: it says so, serves those who are in, and accepts again when others have left", async () => {
  await using server = await ServerProcess.start({
    args: ["--max-clients", "500", "--log-format", "json"],
    maxDescriptors: 64,
  });
  await using witness = await RawClient.join(server.port);
  const flood = await Promise.all(Array.from({ length: 100 }, () => RawClient.connect(server.port)));
  const first = JSON.parse(await server.line("accept_failed"));
  const cpuBefore = await cpuMs(server.pid);
  await witness.settled();
  // The wait doubles, and it is one: 10, 20, 40, 80 and 160 ms pass before the next is announced.
  const later = JSON.parse(await server.line('"retry_ms":320'));
  assertGreater(Date.parse(later["@timestamp"]) - Date.parse(first["@timestamp"]), 250);
  assertLess(await cpuMs(server.pid) - cpuBefore, 250);
  await witness.settled();

  const seated = flood.filter((client) => client.lines.length > 0);
  assertLess(seated.length, 100);
  await Promise.all(seated.map((client) => client.close()));
  // Those who waited in the kernel's queue are let in now, and so is a newcomer.
  const waiting = flood.filter((client) => !seated.includes(client));
  for (const client of waiting.slice(0, 10)) await client.note("welcome");
  await Promise.all(waiting.map((client) => client.close()));
  await using newcomer = await RawClient.join(server.port);
  await newcomer.settled();
  const { code } = await server.stop();
  assertEquals(code, 0);
});

/** Connects and resets as soon as the kernel has the connection. */
function connectAndReset(port: number): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  const socket = connect({ port, host: "127.0.0.1" });
  socket.on("connect", () => socket.resetAndDestroy());
  socket.on("error", () => {});
  socket.on("close", () => resolve());
  return promise;
}

Deno.test("connections that are reset before they are accepted cost nobody anything", async () => {
  await using server = await ServerProcess.start({ args: ["--max-clients", "500"] });
  await using witness = await RawClient.join(server.port);
  // Stopped, it cannot accept before they are gone.
  for (let round = 0; round < 3; round++) {
    server.signal("SIGSTOP");
    await Promise.all(Array.from({ length: 50 }, () => connectAndReset(server.port)));
    server.signal("SIGCONT");
    await using newcomer = await RawClient.join(server.port);
    await newcomer.settled();
  }
  await witness.settled();
  const { result } = await witness.request("roster");
  assert(result.members.length <= 2, "none of those that are gone holds a seat");
  assertEquals((await server.stop()).code, 0);
});
