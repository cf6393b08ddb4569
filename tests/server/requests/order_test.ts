// G6: what a client sees is in the order in which the server applied it.

import { assert, assertEquals, assertGreater, assertLess } from "@std/assert";
import type { Clock } from "../../../src/time/clock.ts";
import { FakeConnection, FakeListener } from "../../support/server/fake_sessions.ts";
import { RawClient } from "../../support/server/raw_client.ts";
import { startServer, type TestServer } from "../../support/server/start_server.ts";

Deno.test("G6: a promotion is seen before any command that was accepted after it, and epochs never go back", async () => {
  await using server = await startServer({ toml: "max_clients = 100" });
  const above: RawClient[] = [];
  for (let i = 0; i < 40; i++) above.push(await RawClient.join(server.port));
  await using issuer = await RawClient.join(server.port);
  await using last = await RawClient.join(server.port);

  let sent = 0;
  for (const [i, leaver] of above.entries()) {
    // Some before, some after, some in the same packet as the departure is in: the server decides.
    for (let n = 0; n < 3; n++) issuer.notify("run", { command: "uptime", args: [String(sent++)] });
    if (i % 3 === 0) leaver.halfClose();
    else if (i % 3 === 1) await leaver.reset();
    else await leaver.close();
    for (let n = 0; n < 3; n++) issuer.notify("run", { command: "uptime", args: [String(sent++)] });
  }
  await last.next(({ json }) => json?.method === "promoted" && json.params.rank === 1);
  issuer.notify("run", { command: "uptime", args: [String(sent++)] });
  await last.next(({ json }) => json?.params?.args?.[0] === String(sent - 1));

  let { rank, epoch } = last.lines[0]!.json.params;
  let expected = 0;
  for (const { json } of last.lines.slice(1)) {
    const { params } = json;
    assertEquals(params.epoch >= epoch, true, JSON.stringify(json));
    if (json.method === "promoted") {
      assertEquals(params.was, rank);
      assertLess(params.rank, rank);
      assertGreater(params.epoch, epoch);
      rank = params.rank;
    } else {
      assertEquals(json.method, "execute");
      assertEquals(params.args, [String(expected++)]);
      // The issuer sits right above: its rank in the command says which promotions the server had applied.
      assertEquals(params.from.rank, rank - 1, "a command of after a promotion that is not seen yet");
    }
    epoch = params.epoch;
  }
  assertEquals(expected, sent);
  assertEquals(rank, 1);
  assert(server.events.every((event) => event.event !== "fault"));
  await Promise.all(above.map((client) => client.close()));
});

/** By this clock nothing takes any time, so that what one read brings is always handled in one turn. */
const INSTANT: Clock = {
  now: () => 0,
  after(ms, callback) {
    const timer = setTimeout(callback, ms);
    return () => clearTimeout(timer);
  },
};

/** Four members over connections in the test's hand, so that it decides what comes in one turn of the event loop. */
async function withFour(
  test: (server: TestServer, connections: FakeConnection[]) => Promise<void>,
): Promise<void> {
  const connections = Array.from({ length: 4 }, (_, i) => new FakeConnection({ port: i + 1 }));
  await using server = await startServer({ listener: new FakeListener(connections), clock: INSTANT });
  await server.until((event) => event.event === "client_seated" && event.rank === 3);
  await test(server, connections);
  for (const connection of connections) connection.feed(null);
}

const RUN = '{"jsonrpc":"2.0","method":"run","params":{"command":"uptime"}}\n';

Deno.test("G6: what comes in the turn of a departure, but after it, is seen after the promotion", async () => {
  await withFour(async (server, [first, issuer, , last]) => {
    first!.feed(null);
    issuer!.feed(RUN);
    await server.until((event) => event.event === "command_accepted");
    const seen = last!.messages.slice(1).map((
      { method, params },
    ) => [method, params.rank ?? params.from.rank]);
    assertEquals(seen, [["promoted", 2], ["execute", 0]]);
  });
});

Deno.test("what two issuers send in one turn reaches a member below both in one write", async () => {
  await withFour(async (server, [first, second, , last]) => {
    const before = last!.written.length;
    first!.feed(RUN);
    second!.feed(RUN);
    await server.until((event) => event.event === "command_accepted" && event.rank === 1);
    await new Promise((resolve) => setImmediate(resolve));
    assertEquals(last!.written.length, before + 1);
    assertEquals(last!.messages.slice(1).map(({ params }) => params.from.rank), [0, 1]);
  });
});

Deno.test("a command carries the issuer's name, rank and the epoch of when it was accepted, however soon they change", async () => {
  await withFour(async (server, [first, second, , last]) => {
    const name = '{"jsonrpc":"2.0","method":"hello","params":{"name":"boss"}}\n';
    second!.feed(RUN + name + RUN);
    await server.until((event) => event.event === "client_named");
    first!.feed(null);
    await server.until((event) => event.event === "client_promoted");
    // Neither its rank nor its name has changed here, but the roster has.
    second!.feed(RUN);
    last!.feed(name.replace("boss", "last"));
    await server.until((event) => event.event === "client_named" && event.name === "last");
    second!.feed(RUN);
    await new Promise((resolve) => setTimeout(resolve));
    const seen = last!.messages.filter(({ method }) => method === "execute").map(({ params }) => params);
    assertEquals(seen.map(({ from, epoch }) => [from.rank, from.name, epoch]), [
      [1, "192.0.2.1:2", 4],
      [1, "boss", 6],
      [0, "boss", 7],
      [0, "boss", 9],
    ]);
  });
});

const YIELD = '{"jsonrpc":"2.0","id":1,"method":"yield"}\n';

Deno.test("G4: a command and a yield in one read: exactly the members below at the time of the command execute it", async () => {
  await withFour(async (server, [first, issuer, third, last]) => {
    issuer!.feed(RUN + YIELD);
    await server.until((event) => event.event === "client_yielded");
    await new Promise((resolve) => setImmediate(resolve));
    const executed = [first, issuer, third, last].map((connection) =>
      connection!.messages.filter(({ method }) => method === "execute").map(({ params }) => params.from.rank)
    );
    assertEquals(executed, [[], [], [1], [1]]);
  });
});

Deno.test("commands without an answer and runs in one read are handed on, and logged, in the order of their lines", async () => {
  await withFour(async (server, [issuer, , , last]) => {
    const asked = (id: number) => RUN.replace('"method"', `"id":${id},"method"`);
    issuer!.feed(RUN + asked(1) + asked(2) + RUN);
    await server.until(() => server.eventsOf("command_accepted").length === 4);
    await new Promise((resolve) => setImmediate(resolve));
    const executes = last!.messages.filter(({ method }) => method === "execute");
    assertEquals(executes.map(({ id }) => id), [undefined, 1, 2, undefined]);
    const accepted = server.eventsOf("command_accepted");
    assertEquals(accepted.map(({ run, count }) => [run, count]), [[undefined, 1], [1, 1], [2, 1], [
      undefined,
      1,
    ]]);
  });
});

Deno.test("departures of one turn are one epoch and one promotion", async () => {
  await withFour(async (server, [first, second, third, last]) => {
    for (const leaver of [third, first, second]) leaver!.feed(null);
    await server.until((event) => event.event === "client_promoted");
    const promotions = last!.messages.slice(1);
    assertEquals(promotions.map(({ params }) => params), [{ rank: 0, was: 3, epoch: 7, members: 1 }]);
  });
});

Deno.test("yield: the next member gets the rank, and the member moves behind all others, in one step", async () => {
  await using server = await startServer();
  await using a = await RawClient.join(server.port);
  await using b = await RawClient.join(server.port);
  await using c = await RawClient.join(server.port);
  await c.request("watch", { on: true });
  const { times, ticket, epoch, ...place } = (await a.request("yield")).result;
  assertEquals(place, { rank: 2, members: 3 });
  assert(ticket > c.welcome.ticket && epoch > c.welcome.epoch);
  assertEquals(Object.keys(times), Object.keys(a.welcome.times));
  assertEquals((await b.note("promoted")).rank, 0);
  assertEquals((await c.note("promoted")).rank, 1);
  const change = await c.note("roster_changed");
  assertEquals([change.left, change.joined.map(({ ticket }: { ticket: number }) => ticket)], [[1], [ticket]]);
  const refused = await a.request("run", { command: "uptime" });
  assertEquals(refused.error.data.reason, "no_recipient");
  c.notify("run", { command: "uptime" });
  assertEquals((await a.note("execute")).from.rank, 1);
});
