// G9: connections that are refused get a message, but only a limited number of them may linger to receive it.

import { assertEquals } from "@std/assert";
import { SERVER_BOUNDS } from "../../../src/config/keys/mod.ts";
import { FakeConnection, FakeListener } from "../../support/server/fake_sessions.ts";
import { startServer } from "../../support/server/start_server.ts";

const WAYS = {
  "at a full server": "max_clients = 1\n[limits]",
  "at the login gate": "[limits]\nconnections_per_address = 1",
};

const LINGERING = SERVER_BOUNDS.lingeringRefusals;

for (const [where, settings] of Object.entries(WAYS)) {
  Deno.test(`G9: ${where}, refused connections beyond the bound are closed immediately`, async () => {
    const toml = `${settings}\nlinger_ms = 60_000`;
    const connections = Array.from({ length: LINGERING + 3 }, (_, i) => new FakeConnection({ port: i + 1 }));
    await using server = await startServer({ listener: new FakeListener(connections), toml });
    await server.until(({ event }) => event === "client_refused" || event === "client_turned_away");
    for (let i = 0; i < 1_000 && !connections.at(-1)!.isClosed; i++) {
      await new Promise((resolve) => setTimeout(resolve));
    }
    const closed = connections.map(({ isClosed }) => isClosed);
    // So that the server can end, whatever the result.
    for (const connection of connections) connection.feed(null);
    assertEquals(closed, connections.map((_, i) => i > LINGERING));
    for (const refused of connections.slice(1, LINGERING + 1)) {
      assertEquals(refused.messages[0]!.method, "closing");
    }
  });
}
