import { assert, assertEquals, assertRejects, assertStringIncludes } from "@std/assert";
import { type ClientOptions, RequestError } from "../../../src/client/mod.ts";
import { openClientOn } from "../../../src/client/open_client.ts";
import { DENO_SYSTEM } from "../../../src/client/connection/connection_system.ts";
import { EventReader } from "../../support/client/event_reader.ts";
import { FakeServer, SUMMARY, WELCOME } from "../../support/client/fake_server.ts";

function open(server: FakeServer, options: Partial<ClientOptions> = {}, system = DENO_SYSTEM) {
  const client = openClientOn(system, { host: "127.0.0.1", port: server.port, ...options });
  return { client, events: new EventReader(client.events) };
}

/** Waits that the test ends, and a chance that is always the same. */
function movedByHand() {
  const waits: { ms: number; end: () => void }[] = [];
  let wake = () => {};
  return {
    system: {
      ...DENO_SYSTEM,
      random: () => 0.5,
      delay: (ms: number, signal: AbortSignal) =>
        new Promise<void>((resolve, reject) => {
          signal.addEventListener("abort", () => reject(signal.reason), { once: true });
          waits.push({ ms, end: resolve });
          wake();
        }),
    },
    async nextWait() {
      while (waits.length === 0) await new Promise<void>((resolve) => wake = resolve);
      return waits.shift()!;
    },
  };
}

Deno.test("a client says hello at once, with its name, and takes its place from the welcome", async () => {
  await using server = new FakeServer();
  const { client, events } = open(server, { name: "web1" });
  const peer = await server.accept();
  assertEquals((await peer.nextWith("hello")).params, { name: "web1" });
  assertEquals(client.place, undefined);
  await peer.notify("welcome", WELCOME);
  assertEquals((await events.next("welcome")).welcome, WELCOME);
  assertEquals(client.place?.rank, 1);
  await client.close();
});

Deno.test("where only the answer to hello welcomes, that is the welcome, and there is one", async () => {
  await using server = new FakeServer();
  const { client, events } = open(server);
  const peer = await server.accept();
  const hello = await peer.nextWith("hello");
  await peer.send({ id: hello.id, result: WELCOME });
  await peer.notify("promoted", { rank: 0, was: 1, epoch: 4, members: 1 });
  await events.next("welcome");
  await events.next("promoted");
  assertEquals(client.place?.rank, 0);
  await client.close();
  assertEquals((await events.rest()).filter((event) => event.kind === "welcome"), []);
});

Deno.test("answers find their requests in whatever order they come", async () => {
  await using server = new FakeServer();
  const { client } = open(server);
  const peer = await server.seat();
  const first = client.request("ping", { n: 1 });
  const second = client.request("roster");
  const { id: firstId } = await peer.nextWith("ping");
  const { id: secondId } = await peer.nextWith("roster");
  await peer.send({ id: secondId, error: { code: -32006, message: "slowly", data: { limit: 3 } } });
  await peer.send({ id: firstId, result: { n: 1 } });
  const error = await assertRejects(() => second, RequestError);
  assertEquals([error.kind, error.reason, error.data], ["answered", "rate_limited", { limit: 3 }]);
  assertEquals(await first, { n: 1 });
  await client.close();
});

Deno.test("the client answers the server's ping, and says what it does not know", async () => {
  await using server = new FakeServer();
  const { client } = open(server);
  const peer = await server.seat();
  await peer.send({ id: "p", method: "ping" });
  assertEquals((await peer.next()).result, {});
  await peer.send({ id: 2, method: "dance" });
  assertEquals(((await peer.next()).error as { code: number }).code, -32601);
  await client.close();
});

Deno.test("results of a run are heard before its end, and an aborted run is cancelled and still ends", async () => {
  await using server = new FakeServer();
  const { client } = open(server);
  const peer = await server.seat();
  const stop = new AbortController();
  const heard: unknown[] = [];
  const run = client.run({ command: "uptime" }, {
    signal: stop.signal,
    onResult: (note) => heard.push(note.status),
  });
  const request = await peer.nextWith("run");
  assertEquals([request.id, request.params], [run.id, { command: "uptime" }]);
  await peer.notify("result", { run: run.id, rank: 2, ticket: 9, name: "a", status: "ok", code: 0 });
  stop.abort();
  const cancel = await peer.nextWith("cancel");
  assertEquals(cancel.params, { run: run.id });
  await peer.send({ id: cancel.id, result: {} });
  await peer.send({ id: run.id, result: { ...SUMMARY, added_later: true } });
  assertEquals(await run.done as unknown, { ...SUMMARY, added_later: true });
  assertEquals(heard, ["ok"]);
  await client.close();
});

Deno.test("a request that is not waited for any more ends with the reason of its signal", async () => {
  await using server = new FakeServer();
  const { client } = open(server);
  const peer = await server.seat();
  const stop = new AbortController();
  const asked = client.request("roster", undefined, { signal: stop.signal });
  const { id } = await peer.nextWith("roster");
  stop.abort(new Error("enough"));
  await assertRejects(() => asked, Error, "enough");
  // A late answer is nobody's, and does no harm.
  await peer.send({ id, result: {} });
  const again = client.request("ping");
  await peer.send({ id: (await peer.nextWith("ping")).id, result: {} });
  await again;
  await client.close();
});

Deno.test("when the connection breaks, what waits fails, and the client comes back and says so", async () => {
  await using server = new FakeServer();
  const hand = movedByHand();
  const { client, events } = open(server, { reconnect: { minMs: 200, maxMs: 500 } }, hand.system);
  const peer = await server.seat();
  await events.next("welcome");
  const asked = client.request("roster");
  await peer.nextWith("roster");
  await peer.close();
  const error = await assertRejects(() => asked, RequestError);
  assertEquals(error.kind, "disconnected");
  const lost = await events.next("disconnected");
  assertEquals(lost.retryInMs, 100);
  assertEquals(client.place, undefined);
  (await hand.nextWait()).end();
  await server.seat({ rank: 4 });
  assertEquals((await events.next("welcome")).welcome.rank, 4);
  await client.close();
});

Deno.test("attempts that fail are made at longer and longer waits, up to the longest, and a welcome resets them", async () => {
  await using server = new FakeServer();
  const hand = movedByHand();
  server.stopListening();
  const { client, events } = open(server, { reconnect: { minMs: 200, maxMs: 500 } }, hand.system);
  for (const ms of [100, 200, 250, 250]) {
    const wait = await hand.nextWait();
    assertEquals(wait.ms, ms);
    assertStringIncludes((await events.next("disconnected")).why, "cannot connect to 127.0.0.1");
    if (ms === 250) server.listenAgain();
    wait.end();
    if (ms === 250) break;
  }
  const peer = await server.seat();
  await peer.close();
  assertEquals((await hand.nextWait()).ms, 100);
  await client.close();
});

Deno.test("a full server's retry_after_ms is waited for, with the jitter on top", async () => {
  await using server = new FakeServer();
  const hand = movedByHand();
  const { client, events } = open(server, { reconnect: { minMs: 200, maxMs: 500 } }, hand.system);
  const peer = await server.accept();
  await peer.notify("closing", { reason: "full", message: "All 3 seats are taken", retry_after_ms: 5_000 });
  await peer.nextWith("hello");
  await peer.close();
  assertEquals((await events.next("closing")).closing.reason, "full");
  const lost = await events.next("disconnected");
  assertEquals([lost.why, lost.retryInMs], ["All 3 seats are taken", 5_100]);
  await client.close();
});

Deno.test("without reconnecting, the events end with the reason", async () => {
  await using server = new FakeServer();
  const { events } = open(server);
  const peer = await server.seat();
  await peer.close();
  const last = (await events.rest()).at(-1);
  assertEquals(last, {
    kind: "disconnected",
    why: "the server closed the connection",
    isUnauthenticated: false,
  });
});

Deno.test("a client that may not be here does not try again", async () => {
  await using server = new FakeServer();
  const { client, events } = open(server, { reconnect: { minMs: 1, maxMs: 1 } });
  const peer = await server.accept();
  const { id } = await peer.nextWith("hello");
  await peer.send({ id, error: { code: -32001, message: "A token is needed" } });
  const kinds = (await events.rest()).map((event) => event.kind);
  assertEquals(kinds, ["connected", "refused", "disconnected"]);
  await client.close();
});

Deno.test("what was sent before a close still arrives, although the server's own words are unread", async () => {
  await using server = new FakeServer();
  const { client } = open(server);
  const peer = await server.seat();
  for (let n = 0; n < 1_000; n++) await client.notify("run", { command: "uptime", args: [String(n)] });
  const flood = peer.sendRaw(
    `${JSON.stringify({ jsonrpc: "2.0", method: "x", params: {} })}\n`.repeat(10_000),
  );
  const closed = client.close();
  for (let n = 0; n < 1_000; n++) {
    assertEquals((await peer.nextWith("run")).params, { command: "uptime", args: [String(n)] });
  }
  await peer.ended();
  await flood.catch(() => {/* It need not be read to its end. */});
  await peer.close();
  await closed;
});

Deno.test("closing may be asked for twice, and while there is no connection", async () => {
  await using server = new FakeServer();
  const { client, events } = open(server, { reconnect: { minMs: 60_000, maxMs: 60_000 } });
  const peer = await server.seat();
  await peer.close();
  await events.next("disconnected");
  await Promise.all([client.close(), client.close()]);
  const error = await assertRejects(() => client.request("ping"), RequestError);
  assertEquals(error.kind, "closed");
  assertEquals(await events.rest(), []);
});

Deno.test("a line over the limit ends the connection, since an answer may have been lost with it", async () => {
  await using server = new FakeServer();
  const { client, events } = open(server, { limits: { lineBytes: 1_000 } });
  const peer = await server.seat();
  await peer.sendRaw("x".repeat(2_000) + "\n");
  assertStringIncludes((await events.next("disconnected")).why, "too_long");
  await client.close();
});

Deno.test("a consumer that is too slow misses the oldest events and is told how many", async () => {
  await using server = new FakeServer();
  const { client, events } = open(server);
  const peer = await server.seat();
  const result = { run: 99, rank: 2, ticket: 9, name: "a", status: "ok" };
  for (let n = 0; n < 1_500; n++) await peer.notify("result", { ...result, ticket: n });
  await peer.notify("promoted", { rank: 0, was: 1, epoch: 4, members: 1 });
  // The answer comes after all of them, so that they are all in the queue by then.
  const asked = client.request("ping");
  await peer.send({ id: (await peer.nextWith("ping")).id, result: {} });
  await asked;
  assertEquals(client.place?.rank, 0);
  const { count } = await events.next("missed");
  assert(count >= 500, `${count}`);
  assertEquals((await events.next("result")).result.ticket, 501);
  await client.close();
});

Deno.test("requests over the bound fail instead of being kept", async () => {
  await using server = new FakeServer();
  const { client } = open(server);
  await server.seat();
  const asked = Array.from(
    { length: 1_200 },
    () => client.request("ping").then(() => "answered", (error) => (error as RequestError).kind),
  );
  assertEquals(await asked[1_150], "overflow");
  await client.close();
  assertEquals(await asked[0], "closed");
});

Deno.test("a server that asks for a wait without an end is not waited for longer than an hour", async () => {
  await using server = new FakeServer();
  const hand = movedByHand();
  const { client } = open(server, { reconnect: { minMs: 200, maxMs: 500 } }, hand.system);
  const peer = await server.seat();
  await peer.notify("closing", { reason: "full", retry_after_ms: Number.MAX_SAFE_INTEGER });
  await peer.close();
  assertEquals((await hand.nextWait()).ms, 3_600_000 + 100);
  await client.close();
});

Deno.test("a yield says all of the new place: no second hello, a new token, and the token is told to nobody", async () => {
  await using server = new FakeServer();
  const tokens: unknown[] = [];
  const { client, events } = open(server, { leaseMs: 500, onToken: (token) => tokens.push(token) });
  const peer = await server.seat({ resume: "first" });
  await events.next("welcome");
  const yielded = client.request("yield");
  const place = { rank: 3, ticket: 20, epoch: 9, members: 4, times: { ...WELCOME.times, lease_ms: 500 } };
  await peer.send({ id: (await peer.nextWith("yield")).id, result: { ...place, resume: "second" } });
  assertEquals(await yielded, place);
  assertEquals((await events.next("yielded")).place, place);
  assertEquals([client.place?.rank, client.place?.epoch, client.place?.members], [3, 9, 4]);
  assertEquals(tokens, [{ ticket: WELCOME.ticket, token: "first" }, { ticket: 20, token: "second" }]);
  const asked = client.request("ping");
  const { id } = await peer.nextWith("ping");
  await peer.send({ id, result: {} });
  await asked;
  await client.close();
});
