// Reserved seats, over real sockets: which clients can resume one, which cannot, and what the others see of it.

import { SERVER_BOUNDS } from "../../../src/config/keys/mod.ts";
import { assert, assertEquals, assertGreater, assertLess, assertMatch, assertNotEquals } from "@std/assert";
import { type Json, RawClient } from "../../support/server/raw_client.ts";
import { startServer, type TestServer } from "../../support/server/start_server.ts";
import { cut } from "../../support/server/cut.ts";

const GRACE = "[session]\nresume_grace_ms = 60_000\n";
const UNAUTHENTICATED = "unauthenticated";

/** Connects and presents a token, and shows that the new one has arrived; the answer. */
async function present(server: TestServer, token: string): Promise<{ client: RawClient; answer: Json }> {
  const client = await RawClient.connect(server.port);
  const answer = await client.request("hello", { resume: token });
  client.respond("resume", {});
  return { client, answer };
}

function joinAll(server: TestServer, count: number): Promise<Awaited<ReturnType<typeof RawClient.join>>[]> {
  return Array.fromAsync({ length: count }, () => RawClient.join(server.port));
}

Deno.test("G2: a client that resumes its seat has its ticket, rank and name, and no member was promoted", async () => {
  await using server = await startServer({ toml: GRACE });
  const [first, second, third] = await joinAll(server, 3);
  await first!.request("hello", { name: "Ada" });
  await cut(server, first!);
  assertEquals((await second!.request("roster")).result.members.map(({ name, away }: Json) => [name, away]), [
    ["Ada", true],
    [`127.0.0.1:${second!.port}`, undefined],
    [`127.0.0.1:${third!.port}`, undefined],
  ]);
  const { client, answer } = await present(server, first!.welcome.resume);
  const { rank, ticket, members, resume } = answer.result;
  assertEquals([rank, ticket, members], [0, 1, 3]);
  assertNotEquals(resume, first!.welcome.resume);
  const roster = (await client.request("roster")).result;
  assertEquals(roster.members.map(({ name }: Json) => name).slice(0, 1), ["Ada"]);
  assertEquals([roster.you, roster.members.length], [0, 3]);
  for (const other of [second!, third!]) {
    await other.settled();
    assertEquals(other.notes("promoted"), []);
    await other.close();
  }
  await client.close();
});

Deno.test("a token is valid once: a second client that presents it is refused and keeps its own seat", async () => {
  await using server = await startServer({ toml: GRACE });
  const [first] = await joinAll(server, 1);
  await cut(server, first!);
  const winner = await present(server, first!.welcome.resume);
  const second = await present(server, first!.welcome.resume);
  assertEquals(winner.answer.result.rank, 0);
  assertEquals(second.answer.error.data.reason, UNAUTHENTICATED);
  const own = await second.client.request("roster");
  assertEquals([own.result.you, own.result.members.length], [1, 2]);
  const third = await present(server, winner.answer.result.resume);
  assertEquals(third.answer.result.rank, 0, "the renewed token is good");
  for (const { client } of [winner, second, third]) await client.close();
});

Deno.test("a token resumes its seat while the old connection is still open, which ends as replaced", async () => {
  await using server = await startServer({ toml: GRACE });
  const [issuer, old] = await joinAll(server, 2);
  const run = issuer!.ask("run", { command: "uptime" });
  const { id } = await old!.message("execute");
  const { client, answer } = await present(server, old!.welcome.resume);
  assertEquals(answer.result.rank, 1);
  assertEquals((await old!.note("closing")).reason, "replaced");
  assertEquals((await issuer!.answer(run)).result.lost, 1, "what the old connection was doing is lost");
  client.respond(id, { code: 0 });
  assertEquals((await client.request("roster")).result.members.length, 2);
  for (const one of [issuer!, old!, client]) await one.close();
});

Deno.test("a run whose issuer's seat is taken over is cancelled, and its id is free again", async () => {
  await using server = await startServer({ toml: `${GRACE}[limits]\nruns_total = 1\nruns_per_issuer = 1` });
  const [old, executor] = await joinAll(server, 2);
  old!.ask("run", { command: "uptime" });
  await executor!.message("execute");
  const { client } = await present(server, old!.welcome.resume);
  await executor!.note("cancel");
  const again = client.ask("run", { command: "uptime" });
  executor!.respond((await executor!.message("execute")).id, { code: 0 });
  assertEquals((await client.answer(again)).result.ok, 1);
  for (const one of [old!, executor!, client]) await one.close();
});

Deno.test("G7, G8: a disconnected member is lost in a run immediately, and the run does not wait for it", async () => {
  await using server = await startServer({ toml: GRACE });
  const [issuer, away, there] = await joinAll(server, 3);
  await cut(server, away!);
  const run = issuer!.ask("run", { command: "uptime" });
  there!.respond((await there!.message("execute")).id, { code: 0 });
  const { result } = await issuer!.answer(run);
  assertEquals([result.executors, result.ok, result.lost], [2, 1, 1]);
  issuer!.ask("run", { command: "uptime", to: [1] });
  await issuer!.next(({ json }) => json?.result?.lost === 1);
  for (const one of [issuer!, there!]) await one.close();
});

Deno.test("runs begun in the seat assigned on connecting end when the former seat is resumed", async () => {
  await using server = await startServer({ toml: GRACE });
  const [issuer, old] = await joinAll(server, 2);
  await cut(server, old!);
  await using back = await RawClient.join(server.port);
  const run = issuer!.ask("run", { command: "uptime", to: [2] });
  await back.message("execute");
  await back.request("hello", { resume: old!.welcome.resume });
  assertEquals((await issuer!.answer(run)).result.lost, 1);
  await issuer!.close();
});

Deno.test("G1, G2: a disconnected member is promoted like the others, and has its new rank when it resumes", async () => {
  await using server = await startServer({ toml: GRACE });
  const [first, second, third] = await joinAll(server, 3);
  await cut(server, second!);
  await first!.request("leave");
  assertEquals((await third!.note("promoted")).rank, 1);
  const { client, answer } = await present(server, second!.welcome.resume);
  assertEquals([answer.result.rank, answer.result.ticket], [0, 2]);
  for (const one of [first!, third!, client]) await one.close();
});

Deno.test("G3: the seat of a disconnected member stays taken, and it resumes it at a full server", async () => {
  await using server = await startServer({ toml: `max_clients = 2\n${GRACE}present_ms = 100` });
  const [first, second] = await joinAll(server, 2);
  await cut(server, second!);
  await using newcomer = await RawClient.connect(server.port);
  assertEquals((await newcomer.note("closing")).reason, "full");
  const { client, answer } = await present(server, second!.welcome.resume);
  assertEquals([answer.result.rank, answer.result.members], [1, 2]);
  for (const one of [first!, client]) await one.close();
});

Deno.test("at a full server a hello without a resume token is refused immediately", async () => {
  await using server = await startServer({ toml: `max_clients = 1\n${GRACE}present_ms = 60_000` });
  const [first] = await joinAll(server, 1);
  await using newcomer = await RawClient.connect(server.port);
  const { error } = await newcomer.request("hello", { name: "nobody" });
  assertEquals([error.data.reason, error.data.retry_after_ms], ["full", 1_000]);
  assertEquals((await newcomer.note("closing")).reason, "full");
  await first!.close();
});

Deno.test("a client at a full server gets a seat that becomes free while it may still present a token", async () => {
  await using server = await startServer({ toml: `max_clients = 1\n${GRACE}present_ms = 200` });
  const [first] = await joinAll(server, 1);
  await using newcomer = await RawClient.connect(server.port);
  await first!.request("leave");
  assertEquals((await newcomer.note("welcome")).rank, 0);
});

Deno.test("G9: the number of clients that may still present a token is limited", async () => {
  const toml = `max_clients = 1\n${GRACE}present_ms = 60_000\n[limits]\nconnections_per_address = 0`;
  await using server = await startServer({ toml });
  const [first] = await joinAll(server, 1);
  // One for the seat, and so many more.
  const limit = 1 + SERVER_BOUNDS.lingeringRefusals;
  const crowd = await Array.fromAsync({ length: limit + 1 }, () => RawClient.connect(server.port));
  assertEquals((await crowd[limit]!.note("closing")).reason, "full");
  assertEquals(crowd.slice(0, limit).flatMap((client) => client.lines), []);
  for (const client of [first!, ...crowd]) await client.close();
});

Deno.test("a client that leaves releases its seat immediately, in spite of the grace, and its token is invalid", async () => {
  await using server = await startServer({ toml: GRACE });
  const [first, second] = await joinAll(server, 2);
  await first!.request("leave");
  assertEquals((await second!.note("promoted")).rank, 0);
  assertEquals(await first!.ended(), "end of stream");
  const { client, answer } = await present(server, first!.welcome.resume);
  assertEquals(answer.error.data.reason, UNAUTHENTICATED);
  for (const one of [first!, second!, client]) await one.close();
});

Deno.test("another connection may release a seat with its token, whether its member is connected or not", async () => {
  await using server = await startServer({ toml: GRACE });
  const [there, away, guard] = await joinAll(server, 3);
  await cut(server, away!);
  for (const { welcome } of [there!, away!]) await guard!.request("leave", { resume: welcome.resume });
  assertEquals((await there!.note("closing")).reason, "left");
  assertEquals((await guard!.request("roster")).result.you, 0);
  const again = await guard!.request("leave", { resume: there!.welcome.resume });
  assertEquals(again.error.data.reason, UNAUTHENTICATED);
  for (const one of [there!, guard!]) await one.close();
});

Deno.test("the seat of a text session is freed immediately, however the session ends", async () => {
  await using server = await startServer({ toml: GRACE });
  const [person, second] = await joinAll(server, 2);
  assertMatch(person!.welcome.resume, /^[\w-]{43}$/);
  person!.send("/who");
  await person!.text("2 of 20 seats");
  const refused = await second!.request("hello", { resume: person!.welcome.resume });
  assertEquals(refused.error.data.reason, UNAUTHENTICATED, "it was given before the person was known as one");
  await person!.reset();
  assertEquals((await second!.note("promoted")).rank, 0);
  await second!.close();
});

Deno.test("a seat that is not resumed within the grace is freed, and the others are promoted then", async () => {
  await using server = await startServer({ toml: "[session]\nresume_grace_ms = 150" });
  const [first, second] = await joinAll(server, 2);
  const cutAt = performance.now();
  await cut(server, first!);
  assertEquals((await second!.note("promoted")).rank, 0);
  assertLess(149, performance.now() - cutAt);
  const left = server.eventsOf("client_left");
  assertEquals(left.map(({ reason, ticket }) => [reason, ticket]), [["lapsed", 1]]);
  const { client, answer } = await present(server, first!.welcome.resume);
  assertEquals(answer.error.data.reason, UNAUTHENTICATED);
  for (const one of [second!, client]) await one.close();
});

Deno.test("a member that yields gets a new token for its new seat, and the old one is invalid", async () => {
  await using server = await startServer({ toml: GRACE });
  const [first, second] = await joinAll(server, 2);
  const { rank, ticket, resume } = (await first!.request("yield")).result;
  assertEquals(rank, 1);
  assertGreater(ticket, second!.welcome.ticket);
  assertEquals((await second!.request("hello", { resume: first!.welcome.resume })).error.code, -32001);
  await cut(server, first!);
  const { client, answer } = await present(server, resume);
  assertEquals([answer.result.rank, answer.result.ticket], [1, ticket]);
  for (const one of [second!, client]) await one.close();
});

Deno.test("without grace and lease no client gets a token, and a departure promotes immediately", async () => {
  await using server = await startServer();
  const [first, second] = await joinAll(server, 2);
  assert(!("resume" in first!.welcome));
  await first!.reset();
  assertEquals((await second!.note("promoted")).rank, 0);
  await second!.close();
});

Deno.test("the shutdown notifies all clients and frees no seat", async () => {
  const server = await startServer({ toml: GRACE });
  const [first, second] = await joinAll(server, 2);
  for (const one of [first!, second!]) await one.settled();
  const stopped = server.stop();
  for (const one of [first!, second!]) {
    assertEquals((await one.note("closing")).reason, "shutdown");
    await one.ended();
    await one.close();
  }
  await stopped;
  assertEquals(server.eventsOf("client_left"), []);
  assertEquals(server.eventsOf("client_away").map(({ rank }) => rank), [0, 1]);
});
