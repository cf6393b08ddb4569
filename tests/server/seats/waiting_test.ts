// The waiting room: which clients wait when all seats are taken, their notifications, and the order in which they get seats.

import { assertEquals, assertGreater } from "@std/assert";
import { cut } from "../../support/server/cut.ts";
import { RawClient } from "../../support/server/raw_client.ts";
import { startServer } from "../../support/server/start_server.ts";

function toml(seats: number, more = ""): string {
  return `max_clients = ${seats}\n[session]\noverflow = "wait"\n${more}`;
}

/** Connects so many clients, each after the server has notified the one before of its place. */
function enter(port: number, count: number, first: "welcome" | "waiting"): Promise<RawClient[]> {
  return Array.fromAsync({ length: count }, async () => {
    const client = await RawClient.connect(port);
    await client.note(first);
    return client;
  });
}

function positions(client: RawClient): number[] {
  return client.notes("waiting").map(({ position }) => position);
}

Deno.test("G2, G3: 50 clients wait for 10 seats and are seated in order of arrival", async () => {
  await using server = await startServer({ toml: toml(10) });
  const seated = await enter(server.port, 10, "welcome");
  const waiting = await enter(server.port, 50, "waiting");
  assertEquals(waiting.map((client) => positions(client)), waiting.map((_, index) => [index + 1]));
  const ports = [...seated, ...waiting].map(({ port }) => port);
  let last = 0;
  // From wherever a member leaves, the next in line gets the seat.
  for (const [index, next] of waiting.entries()) {
    const [leaver] = seated.splice((index * 7) % seated.length, 1);
    await leaver!.close();
    const { rank, ticket, members } = await next.note("welcome");
    assertEquals([rank, members], [9, 10]);
    assertGreater(ticket, last);
    last = ticket;
    seated.push(next);
  }
  const order = server.eventsOf("client_seated").map(({ port }) => port);
  assertEquals(order, ports);
  for (const [index, client] of waiting.entries()) {
    assertEquals(positions(client), Array.from({ length: index + 1 }, (_, told) => index + 1 - told));
  }
  for (const client of seated) await client.close();
});

Deno.test("when a waiting client leaves, those behind it move up, and no other client is notified", async () => {
  await using server = await startServer({ toml: toml(1) });
  const [member] = await enter(server.port, 1, "welcome");
  const [first, second, third] = await enter(server.port, 3, "waiting");
  await second!.request("leave");
  assertEquals((await third!.note("waiting")).position, 2);
  await first!.settled();
  assertEquals(positions(first!), [1]);
  await member!.close();
  await first!.note("welcome");
  assertEquals((await third!.note("waiting")).position, 1);
  for (const client of [first!, second!, third!]) await client.close();
});

Deno.test("several seats that become free together go to as many waiting clients, before any new one", async () => {
  await using server = await startServer({ toml: toml(3) });
  const members = await enter(server.port, 3, "welcome");
  const [first, second] = await enter(server.port, 2, "waiting");
  for (const member of members) member.halfClose();
  await using newcomer = await RawClient.connect(server.port);
  const tickets = await Promise.all(
    [first!, second!, newcomer].map(async (client) => (await client.note("welcome")).ticket),
  );
  assertEquals(tickets, tickets.toSorted((a, b) => a - b));
  for (const client of [...members, first!, second!]) await client.close();
});

Deno.test("G9: the waiting room is bounded, and clients beyond it are refused", async () => {
  await using server = await startServer({ toml: toml(1, "waiting_clients = 2") });
  const members = await enter(server.port, 1, "welcome");
  const waiting = await enter(server.port, 2, "waiting");
  await using refused = await RawClient.connect(server.port);
  assertEquals((await refused.note("closing")).reason, "full");
  for (const client of [...members, ...waiting]) await client.close();
});

Deno.test("a name and a lease requested while waiting apply to the seat", async () => {
  await using server = await startServer({ toml: toml(1) });
  const [member] = await enter(server.port, 1, "welcome");
  const [next] = await enter(server.port, 1, "waiting");
  const { error } = await next!.request("hello", { name: "Ada", lease_ms: 2_000 });
  assertEquals([error.data.reason, error.data.waiting], ["full", true]);
  await member!.close();
  const { times, resume } = await next!.note("welcome");
  assertEquals([times.lease_ms, typeof resume], [2_000, "string"]);
  assertEquals((await next!.request("roster")).result.members[0].name, "Ada");
  await next!.close();
});

Deno.test("a waiting text session is notified in plain words, and can leave", async () => {
  await using server = await startServer({ toml: toml(1) });
  const [member] = await enter(server.port, 1, "welcome");
  const [person] = await enter(server.port, 1, "waiting");
  person!.send("/who");
  await person!.text("You are number 1 in the waiting room");
  await person!.text("You do not have a seat yet");
  person!.send("/quit");
  await person!.text("Goodbye");
  assertEquals(await person!.ended(), "end of stream");
  for (const client of [member!, person!]) await client.close();
});

Deno.test("a server that is shutting down gives no free seat to waiting clients", async () => {
  const server = await startServer({ toml: toml(3, "[limits]\ndrain_ms = 60_000") });
  const [issuer, executor, leaver] = await enter(server.port, 3, "welcome");
  const [next] = await enter(server.port, 1, "waiting");
  const run = issuer!.ask("run", { command: "uptime", to: [1] });
  const { id } = await executor!.message("execute");
  const stopped = server.stop();
  await leaver!.close();
  await server.until((event) => event.event === "client_left");
  assertEquals((await issuer!.request("roster")).result.members.length, 2);
  executor!.respond(id, { code: 0 });
  assertEquals((await issuer!.answer(run)).result.ok, 1);
  for (const client of [issuer!, executor!, next!]) {
    assertEquals((await client.note("closing")).reason, "shutdown");
    await client.close();
  }
  await stopped;
  assertEquals(server.eventsOf("client_seated").length, 3);
});

Deno.test("a waiting client may resume a seat with its token, ahead of the waiting room", async () => {
  await using server = await startServer({ toml: toml(1, "resume_grace_ms = 60_000") });
  await using member = await RawClient.join(server.port);
  const [other] = await enter(server.port, 1, "waiting");
  await cut(server, member);
  const [back] = await enter(server.port, 1, "waiting");
  const { result } = await back!.request("hello", { resume: member.welcome.resume });
  assertEquals([result.rank, result.ticket], [0, 1]);
  await other!.settled();
  assertEquals(positions(other!), [1]);
  for (const client of [other!, back!]) await client.close();
});
