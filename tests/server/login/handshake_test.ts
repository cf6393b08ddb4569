// A handshake holds no seat: a client that only connects to a TLS port, or fails there, takes nothing from others.

import { assertEquals } from "@std/assert";
import type { Incoming } from "../../../src/server/connection/listener.ts";
import { FakeConnection, FakeListener } from "../../support/server/fake_sessions.ts";
import { startServer } from "../../support/server/start_server.ts";

/** A connection whose handshake ends when and how the test says. */
class ShakingConnection extends FakeConnection implements Incoming {
  /** Resolves when it has begun. */
  readonly begun = Promise.withResolvers<void>();
  readonly shaken = Promise.withResolvers<void>();

  handshake(): Promise<void> {
    this.begun.resolve();
    return this.shaken.promise;
  }
}

Deno.test("a seat is assigned after the TLS handshake: a slow one delays and outranks no other client", async () => {
  const slow = new ShakingConnection({ port: 1 });
  const quick = new ShakingConnection({ port: 2 });
  await using server = await startServer({
    toml: "max_clients = 1",
    listener: new FakeListener([slow, quick]),
  });
  quick.shaken.resolve();
  const seated = await server.until(({ event }) => event === "client_seated");
  assertEquals(seated, { event: "client_seated", ip: "192.0.2.1", port: 2, rank: 0, ticket: 1, epoch: 1 });
  assertEquals(slow.written, []);
  slow.shaken.resolve();
  await server.until(({ event }) => event === "client_refused");
  quick.feed(null);
  slow.feed(null);
});

Deno.test("a failed handshake is logged and its connection closed, and no seat was assigned", async () => {
  const failing = new ShakingConnection();
  await using server = await startServer({ listener: new FakeListener([failing]) });
  failing.shaken.reject(new Error("peer sent \u001b[31m no certificates"));
  const told = await server.until(({ event }) => event === "handshake_failed");
  const message = "peer sent \\x1b[31m no certificates";
  assertEquals(told, { event: "handshake_failed", ip: "192.0.2.1", port: 1, message, count: 1 });
  await server.stop();
  assertEquals([failing.isClosed, server.eventsOf("client_seated")], [true, []]);
});

Deno.test("a shutdown closes connections in their handshake without waiting for them", async () => {
  const shaking = new ShakingConnection();
  await using server = await startServer({ listener: new FakeListener([shaking]) });
  await shaking.begun.promise;
  await server.stop();
  assertEquals([shaking.isClosed, server.eventsOf("client_seated")], [true, []]);
});
