// The login gate: which connections are let in, which are refused with which message, and how many may be pending for how
// long. The clock is the test's, so that nothing here waits for time.

import { assert, assertEquals, assertLess } from "@std/assert";
import { FakeConnection, FakeListener } from "../../support/server/fake_sessions.ts";
import { RawClient } from "../../support/server/raw_client.ts";
import { startServer, type TestServer } from "../../support/server/start_server.ts";
import { FakeClock } from "../../support/fake_clock.ts";
import { login, tokenOf, tokensToml } from "../../support/server/tokens.ts";

const TOKENS = tokensToml({ ada: "watch = true", ben: "" });

async function withDoor(
  toml: string,
  test: (server: TestServer, clock: FakeClock) => Promise<void>,
): Promise<void> {
  const clock = new FakeClock();
  await using server = await startServer({ toml, tokens: TOKENS, clock });
  await test(server, clock);
}

/** Resolves when the server has refused so many logins. */
async function refusals(server: TestServer, count: number): Promise<void> {
  await server.until(() => server.eventsOf("login_refused").length >= count);
}

Deno.test("G3: before a good hello nothing is sent and no seat is given; with it, the welcome comes and then the answer", async () => {
  await withDoor("", async (server) => {
    await using stranger = await RawClient.connect(server.port);
    await using ada = await RawClient.connect(server.port);
    const { result } = await ada.request("hello", { token: tokenOf("ada"), name: "Ada" });
    assertEquals(ada.lines.map(({ json }) => json.method ?? json.id), ["welcome", 1]);
    assertEquals([result.rank, result.members], [0, 1]);
    assertEquals(stranger.lines, []);
    const [identified] = server.eventsOf("client_identified");
    assertEquals([identified?.identity, identified?.port], ["ada", ada.port]);
    const { result: roster } = await ada.request("roster");
    assertEquals(roster.members.map((member: { name: string }) => member.name), ["Ada"]);
  });
});

Deno.test("what comes with a good hello in one packet is handled in its order", async () => {
  await withDoor("", async (server) => {
    await using ada = await RawClient.connect(server.port);
    const lines = [
      { jsonrpc: "2.0", id: 1, method: "hello", params: { token: tokenOf("ada") } },
      { jsonrpc: "2.0", id: 2, method: "ping" },
      { jsonrpc: "2.0", id: 3, method: "roster" },
    ];
    ada.sendBytes(lines.map((line) => `${JSON.stringify(line)}\n`).join(""));
    assertEquals((await ada.answer(3)).result.members.length, 1);
    assertEquals(ada.lines.map(({ json }) => json.method ?? json.id), ["welcome", 1, 2, 3]);
  });
});

for (
  const [what, line, sentence] of [
    [
      "another token",
      `{"jsonrpc":"2.0","id":1,"method":"hello","params":{"token":"guess"}}`,
      "Invalid token",
    ],
    ["no token", `{"jsonrpc":"2.0","id":1,"method":"hello"}`, "requires a token"],
    ["another method", `{"jsonrpc":"2.0","id":1,"method":"ping"}`, "requires a token"],
    [
      "a token that is none",
      `{"jsonrpc":"2.0","id":1,"method":"hello","params":{"token":7}}`,
      "requires a token",
    ],
  ] as const
) {
  Deno.test(`a first line with ${what} is answered as unauthenticated after the delay, and the connection closed`, async () => {
    await withDoor("", async (server, clock) => {
      await using client = await RawClient.connect(server.port);
      client.send(line);
      // What comes behind it is not looked at.
      client.send({ jsonrpc: "2.0", id: 2, method: "hello", params: { token: tokenOf("ada") } });
      await refusals(server, 1);
      clock.advance(499);
      assertEquals(client.lines, []);
      clock.advance(1);
      const { error } = await client.answer(1);
      assertEquals([error.code, error.data], [-32001, { reason: "unauthenticated", rule: "token" }]);
      assert(error.message.includes(sentence), error.message);
      assertEquals((await client.note("closing")).reason, "unauthenticated");
      assertEquals(await client.ended(), "end of stream");
      assertEquals([client.lines.length, server.eventsOf("client_seated").length], [2, 0]);
    });
  });
}

for (
  const [what, line] of [
    ["a batch", `[{"jsonrpc":"2.0","id":1,"method":"hello","params":{"token":"${tokenOf("ada")}"}}]`],
    ["no JSON", `{"token":"${tokenOf("ada")}"`],
    ["a notification without a token", `{"jsonrpc":"2.0","method":"run","params":{"command":"ping"}}`],
    [
      "a line that is too long",
      `{"jsonrpc":"2.0","id":1,"method":"hello","params":{"name":"${"x".repeat(5_000)}"}}`,
    ],
    ["deep nesting", "[".repeat(1_000)],
  ] as const
) {
  Deno.test(`a first line that is ${what} lets nobody in, and repeats nothing of it in the log`, async () => {
    await withDoor("", async (server, clock) => {
      await using client = await RawClient.connect(server.port);
      client.send(line);
      await refusals(server, 1);
      clock.advance(500);
      assertEquals((await client.note("closing")).reason, "unauthenticated");
      await client.ended();
      assert(!JSON.stringify(server.events).includes(tokenOf("ada")));
    });
  });
}

Deno.test("G9: the first line has its own limit however it is split, and later lines the common one", async () => {
  await withDoor("", async (server, clock) => {
    await using stranger = await RawClient.connect(server.port);
    for (let i = 0; i < 9; i++) await stranger.written("x".repeat(500));
    await refusals(server, 1);
    clock.advance(500);
    await stranger.note("closing");
    await using ada = await login(server.port, "ada", { name: "A".repeat(60) });
    const { error } = await ada.request("run", { command: "ping", args: ["x".repeat(10_000)] });
    assertEquals(error.data.rule, "arg_bytes");
  });
});

Deno.test("what comes behind a good hello is held to the common limit, also where both come in one packet", async () => {
  await withDoor("", async (server) => {
    await using ada = await RawClient.connect(server.port);
    const hello = {
      jsonrpc: "2.0",
      id: 1,
      method: "hello",
      params: { token: tokenOf("ada"), name: "A".repeat(60) },
    };
    const ping = {
      jsonrpc: "2.0",
      id: "x".repeat(200),
      method: "ping",
      comment: "y".repeat(50_000),
    };
    // Spaces mean nothing in JSON: this hello is longer than the first reads.
    ada.sendBytes(`${" ".repeat(2_000)}${JSON.stringify(hello)}\n${JSON.stringify(ping)}\n`);
    assertEquals((await ada.answer(1)).result.rank, 0);
    const { json } = await ada.next(({ json }) => json?.id === "x".repeat(200));
    assertEquals(json.result, {});
  });
});

Deno.test("by hand, /login TOKEN is the way in", async () => {
  await withDoor("", async (server, clock) => {
    await using person = await RawClient.connect(server.port);
    person.send(`/login ${tokenOf("ben")}`);
    assertEquals(await person.text("You are rank"), (await person.lines)[0]!.text);
    assertEquals(server.eventsOf("client_identified")[0]?.identity, "ben");
    await using other = await RawClient.connect(server.port);
    other.send("uptime");
    other.send(`/login ${tokenOf("ben")}`);
    await refusals(server, 1);
    clock.advance(500);
    await other.text("Closing: This server requires a token");
    assertEquals(await other.ended(), "end of stream");
    assertEquals(other.lines.length, 1);
  });
});

Deno.test("who shows no token in time is closed with a sentence that says so", async () => {
  await withDoor("[limits]\npending_ms = 2000", async (server, clock) => {
    await using slow = await RawClient.connect(server.port);
    await using ada = await login(server.port, "ada");
    clock.advance(1_999);
    assertEquals(slow.lines, []);
    clock.advance(1);
    const { reason, message } = await slow.note("closing");
    assertEquals([reason, message], [
      "timed_out",
      'No login within 2000 ms: the first line must be /login TOKEN, or hello with "token"',
    ]);
    await slow.ended();
    await ada.settled();
  });
});

Deno.test("G9: beyond so many at the gate the oldest makes room, and who means it gets in", async () => {
  await withDoor("[limits]\npending_connections = 3", async (server) => {
    const silent: RawClient[] = [];
    try {
      for (let i = 0; i < 5; i++) silent.push(await RawClient.connect(server.port));
      await using ada = await login(server.port, "ada");
      for (const oldest of silent.slice(0, 3)) {
        const { reason, retry_after_ms } = await oldest.note("closing");
        assertEquals([reason, retry_after_ms], ["rate_limited", 1_000]);
      }
      await ada.settled();
      assertEquals(silent.slice(3).map(({ lines }) => lines.length), [0, 0]);
    } finally {
      for (const client of silent) await client.close();
    }
  });
});

Deno.test("after too many refused tokens an address is blocked until its window ends, for open connections too", async () => {
  const toml = "[auth]\nfailures_per_address = 2\nfailure_window_ms = 5000\nfailure_delay_ms = 100";
  await withDoor(toml, async (server, clock) => {
    await using early = await RawClient.connect(server.port);
    await using inside = await login(server.port, "ben");
    for (let i = 1; i <= 3; i++) {
      await using guess = await RawClient.connect(server.port);
      guess.ask("hello", { token: `guess ${i}` });
      await refusals(server, i);
      clock.advance(100);
      assertEquals((await guess.note("closing")).reason, "unauthenticated");
    }
    await using refused = await RawClient.connect(server.port);
    const closing = await refused.note("closing");
    assertEquals([closing.reason, closing.retry_after_ms], ["rate_limited", 4_700]);
    await refused.ended();
    // Its token is good, and is not looked at: this may be one of many tries.
    early.ask("hello", { token: tokenOf("ada") });
    assertEquals((await early.note("closing")).reason, "rate_limited");
    await inside.settled();
    clock.advance(4_700);
    await using back = await login(server.port, "ada");
    await back.settled();
  });
});

Deno.test("at a full server a good token changes nothing: full is full, or a place in the waiting room", async () => {
  await withDoor("max_clients = 1", async (server) => {
    await using _ada = await login(server.port, "ada");
    await using ben = await RawClient.connect(server.port);
    ben.ask("hello", { token: tokenOf("ben") });
    assertEquals((await ben.note("closing")).reason, "full");
    await ben.ended();
  });
  await withDoor('max_clients = 1\n[session]\noverflow = "wait"', async (server) => {
    const ada = await login(server.port, "ada");
    await using ben = await RawClient.connect(server.port);
    const { error } = await ben.request("hello", { token: tokenOf("ben"), name: "Ben" });
    assertEquals(error.data, { reason: "full", waiting: true });
    await ada.close();
    assertEquals((await ben.note("welcome")).rank, 0);
  });
});

Deno.test("a hello with a valid token and another error is let in, and answered with the error", async () => {
  await withDoor("", async (server) => {
    await using ada = await RawClient.connect(server.port);
    const { error } = await ada.request("hello", { token: tokenOf("ada"), nmae: "Ada" });
    assertEquals(error.data.reason, "invalid_params");
    assertEquals(ada.notes("welcome").length, 1);
    await ada.settled();
  });
});

Deno.test("a server that asks for no token takes one without looking at it", async () => {
  await using server = await startServer();
  await using client = await RawClient.join(server.port);
  assertEquals((await client.request("hello", { token: "anything" })).result.rank, 0);
  await using person = await RawClient.join(server.port);
  person.send("/login anything");
  await person.text("This server requires no token");
});

Deno.test("G9: an address has so many connections, one more is refused, and one that ends makes room", async () => {
  await using server = await startServer({ toml: "[limits]\nconnections_per_address = 2" });
  const first = await RawClient.join(server.port);
  await using _second = await RawClient.join(server.port);
  for (let i = 0; i < 3; i++) {
    await using third = await RawClient.connect(server.port);
    const { reason, retry_after_ms } = await third.note("closing");
    assertEquals([reason, retry_after_ms], ["rate_limited", 1_000]);
    assertEquals(await third.ended(), "end of stream");
  }
  await first.close();
  await server.until((event) => event.event === "client_left");
  await using third = await RawClient.join(server.port);
  assertEquals(third.welcome.rank, 1);
  assertLess(server.eventsOf("client_turned_away").length, 3);
});

Deno.test("where the key is not set, an address of others has 256 connections, and loopback as many as there are seats", async () => {
  const toml = "max_clients = 300";
  const remote = Array.from({ length: 258 }, (_, i) => new FakeConnection({ port: i + 1 }));
  await using server = await startServer({ toml, listener: new FakeListener(remote) });
  await server.until(({ event }) => event === "client_turned_away");
  assertEquals(server.eventsOf("client_seated").length, 256);
  for (const connection of remote) connection.feed(null);
  await using local = await startServer({ toml });
  const clients = await Promise.all(Array.from({ length: 258 }, () => RawClient.join(local.port)));
  assertEquals(clients.at(-1)!.welcome.capacity, 300);
  for (const client of clients) await client.close();
});

/** Resolves when what has been queued for all is under way: writes start at the end of a turn of the event loop. */
function written(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}

/** A connection whose TLS handshake ends when the test says so. */
class HandshakingConnection extends FakeConnection {
  readonly #shaken = Promise.withResolvers<void>();

  handshake(): Promise<void> {
    return this.#shaken.promise;
  }

  finish(): void {
    this.#shaken.resolve();
  }

  fail(): void {
    this.#shaken.reject(new Error("not TLS\u001b[2J"));
  }
}

Deno.test("with TLS, nothing is read or sent before the handshake, and then a server without tokens sends the welcome", async () => {
  const connection = new HandshakingConnection();
  const never = new HandshakingConnection({ port: 2 });
  const broken = new HandshakingConnection({ port: 3 });
  const clock = new FakeClock();
  await using server = await startServer({ listener: new FakeListener([connection, never, broken]), clock });
  broken.fail();
  await server.until((event) => event.event === "handshake_failed");
  assertEquals(server.eventsOf("handshake_failed")[0]?.message, "not TLS\\x1b[2J");
  assertEquals([broken.isClosed, connection.written], [true, []]);
  connection.finish();
  await server.until((event) => event.event === "client_seated");
  await written();
  assertEquals(connection.messages.map(({ method }) => method), ["welcome"]);
  clock.advance(10_000);
  await written();
  assertEquals([never.isClosed, never.written, connection.isClosed], [true, [], false]);
  connection.feed(null);
});

Deno.test("with TLS and tokens, the token is shown after the handshake and within the same time", async () => {
  const connection = new HandshakingConnection();
  const late = new HandshakingConnection({ port: 2 });
  const clock = new FakeClock();
  await using server = await startServer({
    listener: new FakeListener([late, connection]),
    clock,
    tokens: TOKENS,
  });
  connection.finish();
  late.finish();
  connection.feed(`{"jsonrpc":"2.0","id":1,"method":"hello","params":{"token":"${tokenOf("ada")}"}}\n`);
  await server.until((event) => event.event === "client_seated");
  assertEquals(late.written, []);
  clock.advance(10_000);
  await written();
  assertEquals(late.messages.map(({ params }) => params.reason), ["timed_out"]);
  connection.feed(null);
  late.feed(null);
});

Deno.test("a refusal is held back for the delay, to the last millisecond", async () => {
  const connection = new FakeConnection();
  const clock = new FakeClock();
  await using server = await startServer({ listener: new FakeListener([connection]), clock, tokens: TOKENS });
  connection.feed('{"jsonrpc":"2.0","id":1,"method":"hello","params":{"token":"guess"}}\n');
  await refusals(server, 1);
  clock.advance(499);
  await written();
  assertEquals(connection.written, []);
  clock.advance(1);
  await written();
  assertEquals(connection.messages.map((message) => message.error?.code ?? message.params.reason), [
    -32001,
    "unauthenticated",
  ]);
  connection.feed(null);
});

Deno.test("with TLS, a connection that is closed to make room during its handshake is sent nothing", async () => {
  const oldest = new HandshakingConnection();
  const newest = new HandshakingConnection({ port: 2 });
  const toml = "[limits]\npending_connections = 1";
  await using server = await startServer({ listener: new FakeListener([oldest, newest]), toml });
  await server.until((event) => event.event === "client_turned_away");
  assertEquals([oldest.isClosed, oldest.written, newest.isClosed], [true, [], false]);
  newest.fail();
});
