// Probes: connections that end without having sent a line, as of a port scan, a health check or `nc -z`.

import { assertEquals } from "@std/assert";
import { type Json, RawClient } from "../../support/server/raw_client.ts";
import { startServer } from "../../support/server/start_server.ts";
import { journalIn } from "../../support/server/journals.ts";

const GRACE = "[session]\nresume_grace_ms = 60_000\n";

/** Ways to end a connection, and what was sent on it before: never a whole line. */
const PROBES: Readonly<Record<string, (client: RawClient) => void | Promise<void>>> = {
  "closes": (client) => client.halfClose(),
  "resets": (client) => client.reset(),
  "sends part of a line and closes": (client) => {
    client.sendBytes('{"jsonrpc":"2.0"');
    client.halfClose();
  },
  "sends a line that is not UTF-8 and closes": (client) => {
    client.sendBytes(Uint8Array.of(0x80, 0x0a));
    client.halfClose();
  },
};

for (const [name, probe] of Object.entries(PROBES)) {
  Deno.test(`a connection that only ${name} takes no seat beyond its end, and is lost in no later run`, async () => {
    const folder = await Deno.makeTempDir();
    const journal = journalIn(folder);
    try {
      await using server = await startServer({ toml: `max_clients = 3\n${GRACE}`, journal });
      await using issuer = await RawClient.join(server.port);
      await issuer.settled();
      for (let i = 0; i < 4; i++) {
        const client = await RawClient.join(server.port);
        const { port } = client;
        await probe(client);
        await server.until((event) =>
          (event.event === "client_left" || event.event === "client_away") && event.port === port
        );
        await client.close();
      }
      assertEquals(server.eventsOf("client_away"), []);
      assertEquals((await issuer.request("roster")).result.members.length, 1);
      await using executor = await RawClient.join(server.port);
      const run = issuer.ask("run", { command: "uptime" });
      executor.respond((await executor.message("execute")).id, { code: 0 });
      assertEquals((await issuer.answer(run)).result.results.map(({ status }: Json) => status), [
        "ok",
      ]);
    } finally {
      await Deno.remove(folder, { recursive: true });
    }
  });
}

Deno.test("a seat is stored with the first line of its program, and not before", async () => {
  const folder = await Deno.makeTempDir();
  try {
    const server = await startServer({ toml: GRACE, journal: journalIn(folder) });
    await using program = await RawClient.join(server.port);
    await using _silent = await RawClient.join(server.port);
    await program.settled();
    await server.stop();
    await using again = await startServer({ toml: GRACE, journal: journalIn(folder) });
    assertEquals(again.eventsOf("seats_restored").map(({ count }) => count), [1]);
    await using back = await RawClient.connect(again.port);
    assertEquals((await back.request("hello", { resume: program.welcome.resume })).result.rank, 0);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});
