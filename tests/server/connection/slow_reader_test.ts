// G9: a client that does not read is closed when too much is queued for it; other clients are not affected.

import { assertEquals, assertLess } from "@std/assert";
import { openDescriptors } from "../../support/programs/process_facts.ts";
import { RawClient } from "../../support/server/raw_client.ts";
import { startServer } from "../../support/server/start_server.ts";

const TOML = `max_clients = 50\n[limits]\noutbox_bytes = 131072\nline_bytes = 65536\noutput_bytes = 1024
run_output_bytes = 1024`;

Deno.test("G9: a receiver that stops reading is closed as slow_reader, the others get everything in order", async () => {
  await using server = await startServer({ toml: TOML });
  await using issuer = await RawClient.join(server.port);
  const receivers: RawClient[] = [];
  for (let i = 0; i < 10; i++) receivers.push(await RawClient.join(server.port));
  const descriptors = await openDescriptors(Deno.pid);
  const stalled = receivers[4]!;
  stalled.stall();
  const reading = receivers.filter((receiver) => receiver !== stalled);

  const filling = "x".repeat(4_000);
  let sent = 0;
  while (server.eventsOf("client_left").length === 0) {
    assertLess(sent, 10_000, "the one that does not read should have been closed");
    for (let i = 0; i < 20; i++) issuer.notify("run", { command: "uptime", args: [String(sent++), filling] });
    // The others keep up: what is in flight to them is never more than this.
    await Promise.all(
      reading.map((receiver) => receiver.next(({ json }) => json?.params?.args?.[0] === String(sent - 1))),
    );
  }
  const left = server.eventsOf("client_left").map(({ rank, reason }) => [rank, reason]);
  assertEquals(left, [[5, "slow_reader"]]);
  assertEquals(server.server.totals().closed.slow_reader, 1);
  const numbers = Array.from({ length: sent }, (_, i) => String(i));
  for (const receiver of reading) {
    await receiver.settled();
    assertEquals(receiver.notes("execute").map(({ args }) => args[0]), numbers);
  }
  assertEquals(reading.map((receiver) => receiver.notes("promoted").length), [0, 0, 0, 0, 1, 1, 1, 1, 1]);
  // The server's end is closed immediately: a client that does not read cannot keep it open.
  assertEquals(await openDescriptors(Deno.pid), descriptors - 1);
  await Promise.all(receivers.map((receiver) => receiver.close()));
});

Deno.test("G9: an issuer that does not read its own results is closed, and its run ends", async () => {
  await using server = await startServer({ toml: TOML });
  await using issuer = await RawClient.join(server.port);
  await using executor = await RawClient.join(server.port);
  issuer.stall();
  for (let i = 0; server.eventsOf("client_left").length === 0; i++) {
    assertLess(i, 100_000, "the one that does not read should have been closed");
    await issuer.written('{"jsonrpc":"2.0","id":1,"method":"roster"}\n'.repeat(100)).catch(() => {});
    await executor.settled();
  }
  assertEquals(server.eventsOf("client_left")[0]!.reason, "slow_reader");
  assertEquals((await executor.note("promoted")).rank, 0);
});

Deno.test("a client that pauses within the limit loses nothing", async () => {
  await using server = await startServer();
  await using issuer = await RawClient.join(server.port);
  await using pausing = await RawClient.join(server.port);
  pausing.stall();
  const filling = "x".repeat(4_000);
  for (let i = 0; i < 1_500; i++) issuer.notify("run", { command: "uptime", args: [String(i), filling] });
  await issuer.settled();
  pausing.resume();
  await pausing.next(({ json }) => json?.params?.args?.[0] === "1499");
  assertEquals(
    pausing.notes("execute").map(({ args }) => args[0]),
    Array.from({ length: 1_500 }, (_, i) => String(i)),
  );
});
