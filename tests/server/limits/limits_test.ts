// Limits for clients that are connected: their request rate, their silence, and the depth of their JSON.

import { assert, assertEquals } from "@std/assert";
import { RawClient } from "../../support/server/raw_client.ts";
import { startServer, type TestServer } from "../../support/server/start_server.ts";
import { FakeClock } from "../../support/fake_clock.ts";

async function withLimits(
  limits: string,
  test: (server: TestServer, clock: FakeClock) => Promise<void>,
): Promise<void> {
  const clock = new FakeClock();
  await using server = await startServer({ toml: `commands = ["uptime"]\n[limits]\n${limits}`, clock });
  await test(server, clock);
}

Deno.test("G9: beyond its limit a client is refused each thing with when to try again, and nothing of it is done", async () => {
  await withLimits("commands_per_second = 2\ncommands_burst = 5", async (server, clock) => {
    await using sender = await RawClient.join(server.port);
    await using below = await RawClient.join(server.port);
    for (let i = 0; i < 8; i++) sender.notify("run", { command: "uptime" });
    for (let i = 0; i < 3; i++) {
      const { code, data, command } = await sender.note("refused");
      assertEquals([code, data, command], [
        -32006,
        { reason: "rate_limited", limit: 2, retry_after_ms: 500 },
        "uptime",
      ]);
    }
    const { error } = await sender.request("roster");
    assertEquals(error.data, { reason: "rate_limited", limit: 2, retry_after_ms: 500 });
    await below.settled();
    assertEquals(below.notes("execute").length, 5);
    clock.advance(500);
    sender.notify("run", { command: "uptime" });
    sender.notify("run", { command: "uptime" });
    await sender.note("refused");
    await below.settled();
    assertEquals(below.notes("execute").length, 6);
    const reported = () => server.eventsOf("client_rate_limited").map(({ count }) => count);
    assertEquals(reported().length, 1, "the first is told at once");
    clock.advance(1_000);
    for (let i = 0; i < 3; i++) sender.notify("run", { command: "uptime" });
    await sender.note("refused");
    assertEquals(
      [reported().length, reported().reduce((a, b) => a + b)],
      [2, 6],
      "the others a second later",
    );
    for (let i = 0; i < 3; i++) sender.notify("run", { command: "uptime" });
    for (let i = 0; i < 3; i++) await sender.note("refused");
    await sender.close();
    await server.until((event) => event.event === "client_left");
    assertEquals([reported().length, reported()[2]], [3, 3], "and the last with its end");
  });
});

Deno.test("G9: of many plain commands in one write, exactly those within the burst are delivered, each other one is refused", async () => {
  await withLimits("commands_per_second = 1\ncommands_burst = 7", async (server) => {
    await using sender = await RawClient.join(server.port);
    await using below = await RawClient.join(server.port);
    const line = (i: number) =>
      `{"jsonrpc":"2.0","method":"run","params":{"command":"uptime","args":["${i}"]}}\n`;
    // As programs write them, for which the server has its short way.
    sender.sendBytes(Array.from({ length: 20 }, (_, i) => line(i)).join(""));
    for (let i = 7; i < 20; i++) {
      const { data, command } = await sender.note("refused");
      assertEquals([data.reason, command], ["rate_limited", "uptime"]);
    }
    await below.settled();
    assertEquals(below.notes("execute").map(({ args }) => args[0]), ["0", "1", "2", "3", "4", "5", "6"]);
    await sender.settled();
    assertEquals(sender.notes("refused").length, 13);
  });
});

Deno.test("each part of a batch counts, and answers of an executor do not", async () => {
  await withLimits("commands_per_second = 1\ncommands_burst = 2", async (server) => {
    await using sender = await RawClient.join(server.port);
    await using below = await RawClient.join(server.port);
    sender.send([1, 2, 3].map((id) => ({ jsonrpc: "2.0", id, method: "ping" })));
    const { json } = await sender.next();
    assertEquals(json.map((one: { error?: { data: { reason: string } } }) => one.error?.data.reason), [
      ...[undefined, undefined, "rate_limited"],
    ]);
    for (let i = 0; i < 20; i++) below.respond(i, { code: 0 });
    assertEquals((await below.request("ping")).result, {});
  });
});

Deno.test("what tells about all members costs the more the more there are", async () => {
  await withLimits("commands_per_second = 1\ncommands_burst = 7", async (server) => {
    const others = await Promise.all(Array.from({ length: 10 }, () => RawClient.join(server.port)));
    await using asker = await RawClient.join(server.port);
    const reasons: unknown[] = [];
    for (const method of ["roster", "roster", "roster", "roster", "ping"]) {
      reasons.push((await asker.request(method)).error?.data.reason);
    }
    assertEquals(reasons, [undefined, undefined, undefined, "rate_limited", undefined]);
    for (const other of others) await other.close();
  });
});

Deno.test("by hand the same limit holds, and so does its sentence", async () => {
  await withLimits("commands_per_second = 1\ncommands_burst = 1", async (server) => {
    await using person = await RawClient.join(server.port);
    person.send("/commands");
    person.send("uptime");
    await person.text("uptime");
    await person.text(
      "Refused: Rate limit exceeded: 1 command per second (rate_limited)",
    );
    assertEquals(server.eventsOf("command_refused"), []);
  });
});

Deno.test("with 0 there is no limit", async () => {
  await withLimits("commands_per_second = 0\ncommands_burst = 1", async (server) => {
    await using sender = await RawClient.join(server.port);
    await using below = await RawClient.join(server.port);
    for (let i = 0; i < 1_000; i++) sender.notify("run", { command: "uptime" });
    await sender.settled();
    await below.settled();
    assertEquals([below.notes("execute").length, sender.notes("refused").length], [1_000, 0]);
  });
});

Deno.test("who never says a line is asked once at half of its time and then closed, and the next is promoted", async () => {
  await withLimits("first_line_ms = 4000", async (server, clock) => {
    await using silent = await RawClient.join(server.port);
    await using halfLine = await RawClient.join(server.port);
    await using listener = await RawClient.join(server.port);
    await using person = await RawClient.join(server.port);
    halfLine.sendBytes('{"jsonrpc":');
    person.send("/help");
    await person.text("/quit");
    clock.advance(2_000);
    for (const client of [silent, halfLine, listener]) await client.message("ping");
    listener.respond("ping", {});
    await listener.settled();
    clock.advance(1_999);
    assertEquals(silent.notes("closing"), []);
    clock.advance(1);
    for (const client of [silent, halfLine]) {
      const { reason, message } = await client.note("closing");
      assertEquals([reason, message], ["timed_out", "Nothing received in 4000 ms since you connected"]);
    }
    assertEquals((await listener.note("promoted")).rank, 0);
    assertEquals(silent.notes("ping").length, 1);
    clock.advance(4_000);
    await listener.settled();
    person.send("/who");
    await person.text("2 of 20 seats");
  });
});

Deno.test("with first_line_ms = 0 the silent are left alone", async () => {
  await withLimits("first_line_ms = 0", async (server, clock) => {
    await using silent = await RawClient.join(server.port);
    clock.advance(86_400_000);
    await silent.settled();
    assertEquals(silent.lines.length, 2);
  });
});

Deno.test("who asks for nothing is closed after idle_ms, though it answers pings and commands", async () => {
  const toml =
    'commands = ["uptime"]\n[limits]\nidle_ms = 3000\n[session]\nheartbeat_ms = 1000\nsilence_ms = 2000';
  const clock = new FakeClock();
  await using server = await startServer({ toml, clock });
  await using busy = await RawClient.join(server.port);
  await using idle = await RawClient.join(server.port, {
    onLine(client, { json }) {
      if (json?.id !== undefined && json.method !== undefined) client.respond(json.id, { code: 0 });
    },
  });
  await idle.request("ping");
  for (let i = 0; i < 11; i++) {
    clock.advance(250);
    await busy.request("run", { command: "uptime" });
  }
  assertEquals(idle.notes("closing"), []);
  clock.advance(250);
  const { reason, message } = await idle.note("closing");
  assertEquals([reason, message], ["timed_out", "No request received for 3000 ms"]);
  await busy.settled();
});

Deno.test("a client may wait for a seat without limit: its idle time begins with the seat", async () => {
  const toml =
    'max_clients = 1\n[limits]\nidle_ms = 3000\nfirst_line_ms = 0\n[session]\noverflow = "wait"\n' +
    "heartbeat_ms = 3600000\nsilence_ms = 7200000";
  const clock = new FakeClock();
  await using server = await startServer({ toml, clock });
  await using first = await RawClient.join(server.port);
  await using waiting = await RawClient.connect(server.port);
  await waiting.request("hello");
  for (let i = 0; i < 10; i++) {
    clock.advance(2_000);
    await first.settled();
  }
  assertEquals(waiting.notes("closing"), []);
  first.notify("leave");
  await waiting.note("welcome");
  clock.advance(2_000);
  await waiting.settled();
});

Deno.test("JSON that is nested too deep is refused before it is parsed, and brackets in a text are no nesting", async () => {
  await withLimits("", async (server) => {
    await using client = await RawClient.join(server.port);
    client.send(`${"[".repeat(33)}1${"]".repeat(33)}`);
    const { json } = await client.next();
    assertEquals([json.id, json.error.data], [null, { reason: "too_large", limit: 32 }]);
    assertEquals(json.error.message, "JSON nesting exceeds the limit of 32 levels");
    client.send(`{"jsonrpc":"2.0","id":"${"[".repeat(100)}","method":"ping"}`);
    assertEquals((await client.next()).json.result, {});
  });
});

Deno.test("of a member that is there twice the last one counts, and names of JavaScript's own mean nothing", async () => {
  await withLimits("", async (server) => {
    await using client = await RawClient.join(server.port);
    await using below = await RawClient.join(server.port);
    const answerTo = async (line: string) => {
      client.send(line);
      const { json } = await client.next(({ json }) => json?.id !== undefined);
      return json.error?.data.reason ?? json.result;
    };
    const twice = `{"jsonrpc":"1.0","jsonrpc":"2.0","id":1,"id":2,"method":"nothing","method":"ping"}`;
    assertEquals(await answerTo(twice), {});
    const run = (params: string) => `{"jsonrpc":"2.0","id":3,"method":"run","params":${params}}`;
    for (
      const params of [
        '{"command":"uptime","__proto__":{"to":[1]}}',
        '{"__proto__":{"command":"uptime"}}',
        '{"command":"uptime","constructor":1}',
        '{"command":"uptime","args":["a"],"__proto__":null}',
      ]
    ) {
      assertEquals(await answerTo(run(params)), "invalid_params", params);
    }
    assertEquals(await answerTo(run('{"command":"__proto__"}')), "not_allowed");
    assertEquals(await answerTo(`{"jsonrpc":"2.0","id":4,"method":"__proto__"}`), "method_not_found");
    assertEquals(await answerTo(`{"jsonrpc":"2.0","id":4,"method":"constructor"}`), "method_not_found");
    assertEquals(
      await answerTo(`{"__proto__":{"jsonrpc":"2.0","id":5,"method":"ping"},"id":6}`),
      "invalid_request",
    );
    assertEquals(await answerTo(run('{"command":"uptime","args":["a\\u0000b"]}')), "not_allowed");
    assertEquals(await answerTo(run('{"command":"uptime\\u0000"}')), "not_allowed");
    assertEquals(
      await answerTo(`{"jsonrpc":"2.0","id":7,"method":"hello","params":{"name":"a\\u0000"}}`),
      "invalid_params",
    );
    await below.settled();
    assertEquals(below.notes("execute"), []);
    assert(!("to" in {}) && !("jsonrpc" in {}));
  });
});

Deno.test("G9: invalid messages count too, from programs, from people and in the waiting room", async () => {
  const toml =
    "max_clients = 2\n[session]\noverflow = 'wait'\n[limits]\ncommands_per_second = 1\ncommands_burst = 3\n";
  await using server = await startServer({ toml, clock: new FakeClock() });
  await using program = await RawClient.join(server.port);
  await using person = await RawClient.join(server.port);
  await using waiting = await RawClient.connect(server.port);
  const junk = new Uint8Array([0xff, 0x0a]);
  for (let i = 0; i < 4; i++) program.sendBytes(i % 2 === 0 ? `${"[".repeat(33)}\n` : junk);
  const reasons: string[] = [];
  for (let i = 0; i < 4; i++) {
    reasons.push((await program.next(({ json }) => json?.id === null)).json.error.data.reason);
  }
  assertEquals(reasons, ["too_large", "parse_error", "too_large", "rate_limited"]);
  for (
    const [client, known] of [[person, "not valid UTF-8"], [waiting, "You do not have a seat yet"]] as const
  ) {
    client.send("/help");
    for (let i = 0; i < 3; i++) client.sendBytes(client === person ? junk : "uptime\n");
    await client.text(known);
    await client.text("Rate limit exceeded");
  }
});

Deno.test("G9: taking one's seat back does not refill the bucket", async () => {
  const toml =
    "commands = ['uptime']\n[session]\nresume_grace_ms = 60_000\n[limits]\ncommands_per_second = 1\ncommands_burst = 10";
  await using server = await startServer({ toml, clock: new FakeClock() });
  const first = await RawClient.join(server.port);
  await using below = await RawClient.join(server.port);
  for (let i = 0; i < 8; i++) first.notify("run", { command: "uptime" });
  await below.settled();
  await first.reset();
  await server.until(({ event }) => event === "client_away");
  await using back = await RawClient.connect(server.port);
  await back.request("hello", { resume: first.welcome.resume });
  for (let i = 0; i < 8; i++) back.notify("run", { command: "uptime" });
  await back.note("refused");
  await below.settled();
  assert(below.notes("execute").length < 11, `${below.notes("execute").length} were carried out`);
});
