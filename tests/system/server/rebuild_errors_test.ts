// One test for each error that rebuilds of this idea made, by the name of the error.

import { assert, assertEquals, assertLess } from "@std/assert";
import { cpuMs, openDescriptors } from "../../support/programs/process_facts.ts";
import { type Json, RawClient } from "../../support/server/raw_client.ts";
import { ServerProcess } from "../../support/programs/start_process.ts";
import { startServer } from "../../support/server/start_server.ts";

/** Joins one after the other, so that the index is the rank. */
async function joinAll(port: number, count: number): Promise<RawClient[]> {
  const clients: RawClient[] = [];
  for (let i = 0; i < count; i++) clients.push(await RawClient.join(port));
  return clients;
}

async function closeAll(clients: readonly RawClient[]): Promise<void> {
  await Promise.all(clients.map((client) => client.close()));
}

const commandsOf = (client: RawClient) => client.notes("execute").map(({ args }) => args[0]);

Deno.test("rank comparison reversed: a command goes down the ranks and never up", async () => {
  await using server = await startServer();
  await using first = await RawClient.join(server.port);
  await using middle = await RawClient.join(server.port);
  await using last = await RawClient.join(server.port);

  first.notify("run", { command: "uptime", args: ["from 0"] });
  await first.settled();
  middle.notify("run", { command: "uptime", args: ["from 1"] });
  await middle.settled();
  const upwards = await last.request("run", { command: "uptime" });
  assertEquals(upwards.error.data.reason, "no_recipient");
  const above = await middle.request("run", { command: "uptime", to: [0] });
  assertEquals(above.error.data, { reason: "outranked", rank: 0 });
  const oneself = await middle.request("run", { command: "uptime", to: [2, 1] });
  assertEquals(oneself.error.data, { reason: "outranked", rank: 1 });

  await Promise.all([first, middle, last].map((client) => client.settled()));
  assertEquals(commandsOf(first), []);
  assertEquals(commandsOf(middle), ["from 0"]);
  assertEquals(commandsOf(last), ["from 0", "from 1"]);
});

Deno.test("accept loop blocked by one client: the silent, the slow and the stalled delay no newcomer", async () => {
  await using server = await startServer();
  await using silent = await RawClient.connect(server.port, { reads: false });
  await using slow = await RawClient.join(server.port);
  slow.sendBytes('{"jsonrpc":"2.0","id":1,"me');
  await using stalled = await RawClient.join(server.port);
  stalled.stall();
  await stalled.written('{"jsonrpc":"2.0","id":1,"method":"roster"}\n'.repeat(500));

  await using newcomer = await RawClient.join(server.port);
  assertEquals(newcomer.welcome.rank, 3);
  await newcomer.settled();

  slow.sendBytes('thod":"ping"}\n');
  assertEquals((await slow.answer(1)).result, {});
  assert(silent.port > 0);
});

Deno.test("rank remembered from connect time: whoever moved up commands, and is refused, by its rank of now", async () => {
  await using server = await startServer({ toml: "[commands.restart]\nmax_rank = 0" });
  const first = await RawClient.join(server.port);
  await using second = await RawClient.join(server.port);
  await using third = await RawClient.join(server.port);
  await using fourth = await RawClient.join(server.port);

  const early = await second.request("run", { command: "restart" });
  assertEquals(early.error.data, { reason: "not_allowed", rule: "max_rank", max_rank: 0 });
  await first.close();
  assertEquals((await second.note("promoted")).rank, 0);

  second.notify("run", { command: "restart" });
  for (const executor of [third, fourth]) assertEquals((await executor.note("execute")).from.rank, 0);
  assertEquals((await third.request("run", { command: "restart", to: [0] })).error.data.rule, "max_rank");
  assertEquals((await second.request("run", { command: "restart", to: [0] })).error.data.rank, 0);
  const { result } = await fourth.request("roster");
  assertEquals([result.you, result.members.map((member: Json) => member.rank)], [2, [0, 1, 2]]);
});

Deno.test("end of stream missed: a half-closed client leaves at once and no reader spins", async () => {
  await using server = await ServerProcess.start({ args: ["--max-clients", "50"] });
  await using witness = await RawClient.join(server.port);
  const descriptors = await openDescriptors(server.pid);
  const leavers = await joinAll(server.port, 20);
  for (const leaver of leavers) leaver.halfClose();
  for (const leaver of leavers) assertEquals(await leaver.ended(), "end of stream");
  const { result } = await witness.request("roster");
  assertEquals(result.members.length, 1);
  assertEquals(await openDescriptors(server.pid), descriptors);

  // They still hold their ends open. A reader that spins would use all of the time that passes here.
  const before = await cpuMs(server.pid);
  const { promise, resolve } = Promise.withResolvers<void>();
  setTimeout(resolve, 400);
  await promise;
  assertLess(await cpuMs(server.pid) - before, 200);
  await closeAll(leavers);
});

Deno.test("no framing: two commands in one packet are two, and one in many packets is one", async () => {
  await using server = await startServer();
  await using issuer = await RawClient.join(server.port);
  await using executor = await RawClient.join(server.port);
  const command = (arg: string) =>
    `{"jsonrpc":"2.0","method":"run","params":{"command":"uptime","args":["${arg}"]}}\n`;

  issuer.sendBytes(command("one") + command("two"));
  // Cut within a character too.
  for (const byte of new TextEncoder().encode(command("drei: ü€😀"))) {
    await issuer.written(Uint8Array.of(byte));
  }
  issuer.sendBytes(command("four").replace("\n", "\r\n") + command("five").slice(0, 20));
  await executor.next(({ json }) => json?.params?.args?.[0] === "four");
  issuer.sendBytes(command("five").slice(20));
  await executor.next(({ json }) => json?.params?.args?.[0] === "five");
  assertEquals(commandsOf(executor), ["one", "two", "drei: ü€😀", "four", "five"]);
});

Deno.test("N off by one or socket left open: of a burst exactly N are seated, all others are told and closed", async () => {
  const capacity = 7;
  const toml = `max_clients = ${capacity}\n[limits]\nlinger_ms = 10000`;
  await using server = await startServer({ toml });
  const clients = await Promise.all(Array.from({ length: 60 }, async () => {
    const client = await RawClient.connect(server.port);
    // Those that will be refused have spoken already: their words must not turn the refusal into a reset.
    client.sendBytes(`{"jsonrpc":"2.0","id":"early","method":"ping"}\n${"x".repeat(20_000)}\n`);
    return client;
  }));
  const firsts = await Promise.all(clients.map((client) => client.next()));
  const refused = clients.filter((_, i) => firsts[i]!.json.method === "closing");
  const seated = clients.filter((_, i) => firsts[i]!.json.method === "welcome");
  assertEquals(seated.length, capacity);
  assertEquals(
    seated.map((client) => client.lines[0]!.json.params.rank).sort(),
    Array.from({ length: capacity }, (_, rank) => rank),
  );
  for (const client of refused) {
    assertEquals(client.lines[0]!.json.params.reason, "full");
    assertEquals(await client.ended(), "end of stream");
    assertEquals(client.lines.length, 1);
  }
  assertEquals((await seated[0]!.request("roster")).result.members.length, capacity);

  await seated[3]!.close();
  await server.until((event) => event.event === "client_left");
  await using late = await RawClient.join(server.port);
  assertEquals(late.welcome.rank, capacity - 1);
  await using tooLate = await RawClient.connect(server.port);
  assertEquals((await tooLate.note("closing")).reason, "full");
  await closeAll(clients);
});

Deno.test("refusal not told: a request, a notification and a typed line each hear why not", async () => {
  await using server = await startServer();
  await using _first = await RawClient.join(server.port);
  await using issuer = await RawClient.join(server.port);
  await using person = await RawClient.join(server.port);

  const { error } = await issuer.request("run", { command: "reboot" });
  assertEquals(error, {
    code: -32003,
    message: '"reboot" is not an allowed command',
    data: { reason: "not_allowed", rule: "commands" },
  });
  issuer.notify("run", { command: "uptime", to: [0] });
  assertEquals(await issuer.note("refused"), {
    method: "run",
    command: "uptime",
    code: -32004,
    message: "Rank 0 is above you",
    data: { reason: "outranked", rank: 0 },
  });
  person.send("uptime");
  assertEquals(await person.text("Refused"), "Refused: No client ranks below you (no_recipient)");
  assertEquals(server.eventsOf("command_refused").map(({ rank, reason }) => [rank, reason]), [
    [1, "not_allowed"],
    [1, "outranked"],
    [2, "no_recipient"],
  ]);
});

Deno.test("member list changed under iteration: whoever leaves in the middle of a delivery costs nobody else a command", async () => {
  // Stalled members go over the smallest outbox while a command is on its way through the list.
  const toml = `max_clients = 60\n[limits]\noutbox_bytes = 65536\nline_bytes = 65536\noutput_bytes = 1024
run_output_bytes = 1024`;
  await using server = await startServer({ toml });
  const clients = await joinAll(server.port, 50);
  const [issuer, ...executors] = clients as [RawClient, ...RawClient[]];
  const stalled = executors.filter((_, i) => i % 5 === 2);
  const leaving = executors.filter((_, i) => i % 5 === 4);
  const staying = executors.filter((_, i) => i % 5 !== 2 && i % 5 !== 4);
  for (const client of stalled) client.stall();

  const filling = "x".repeat(2_000);
  let sent = 0;
  const leftAs = (reason: string) =>
    server.eventsOf("client_left").filter((event) => event.reason === reason).length;
  while (leftAs("slow_reader") < stalled.length) {
    assertLess(sent, 20_000, "the stalled ones should have been closed");
    for (let i = 0; i < 10; i++) {
      issuer.notify("run", { command: "uptime", args: [String(sent++), filling] });
    }
    if (sent === 200) {
      for (const [i, client] of leaving.entries()) i % 2 === 0 ? client.halfClose() : await client.reset();
    }
    await staying.at(-1)!.next(({ json }) => json?.params?.args?.[0] === String(sent - 1));
  }
  const expected = Array.from({ length: sent }, (_, i) => String(i));
  await Promise.all(staying.map((client) => client.settled()));
  for (const client of staying) assertEquals(commandsOf(client), expected);
  const { result } = await issuer.request("roster");
  assertEquals(result.members.length, 1 + staying.length);
  await closeAll(clients);
});

Deno.test("delivery called execution: a program is ok only after its answer, a person never more than delivered", async () => {
  await using server = await startServer();
  await using issuer = await RawClient.join(server.port);
  await using program = await RawClient.join(server.port);
  await using person = await RawClient.join(server.port);
  person.send("/help");
  await person.text("/quit");

  const run = issuer.ask("run", { command: "uptime" });
  const { id } = await program.message("execute");
  await person.text("commands: uptime");
  await issuer.settled();
  assertEquals(issuer.notes("result").map(({ rank, status }) => [rank, status]), [[2, "delivered"]]);
  assertEquals(issuer.lines.some(({ json }) => json.id === run), false);

  program.respond(id, { code: 0, stdout: "up 3 days\n" });
  const { result } = await issuer.answer(run);
  assertEquals([result.executors, result.ok, result.delivered], [2, 1, 1]);
  assertEquals(result.results.map(({ rank, status, code }: Json) => [rank, status, code]), [
    [1, "ok", 0],
    [2, "delivered", undefined],
  ]);
});
