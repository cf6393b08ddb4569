// What a token allows after the login, and the effect of new tokens on clients that are connected.

import { assert, assertEquals, assertThrows } from "@std/assert";
import { releaseSeat } from "../../../src/client/connection/release_seat.ts";
import { loadTokens } from "../../../src/config/load_tokens.ts";
import { loadServerConfig } from "../../../src/config/server_config.ts";
import { RawClient } from "../../support/server/raw_client.ts";
import { startServer, type TestServer } from "../../support/server/start_server.ts";
import { login, tokenOf, tokensToml } from "../../support/server/tokens.ts";

const TABLES = {
  boss: "watch = true\nevict = true",
  limited: 'issue = ["uptime"]',
  mute: "issue = []\nexecute = false",
  worker: "",
};

function start(toml = ""): Promise<TestServer> {
  return startServer({ toml: `commands = ["uptime", "restart"]\n${toml}`, tokens: tokensToml(TABLES) });
}

async function tokensFrom(tables: Readonly<Record<string, string>>) {
  return await loadTokens({ path: "tokens.toml", text: tokensToml(tables) });
}

Deno.test("a token with a list may send what is on it, and its welcome names no more than that", async () => {
  await using server = await start();
  await using limited = await login(server.port, "limited");
  await using worker = await login(server.port, "worker");
  assertEquals([limited.welcome.commands, worker.welcome.commands], [["uptime"], ["uptime", "restart"]]);
  const names = async (client: RawClient) =>
    (await client.request("commands")).result.commands.map(({ name }: { readonly name: string }) => name);
  assertEquals([await names(limited), await names(worker)], [["uptime"], ["uptime", "restart"]]);
  const { error } = await limited.request("run", { command: "restart" });
  assertEquals([error.code, error.data], [-32003, { reason: "not_allowed", rule: "issue" }]);
  limited.notify("run", { command: "restart" });
  assertEquals((await limited.note("refused")).data.rule, "issue");
  const { result } = await limited.request("run", { command: "restart", dry_run: true });
  assertEquals([result.accepted, result.reason, result.results[0].reason], [
    false,
    "not_allowed",
    "not_allowed",
  ]);
  limited.notify("run", { command: "uptime" });
  assertEquals((await worker.note("execute")).command, "uptime");
  assertEquals(worker.notes("execute").length, 1);
});

Deno.test("G4, G7: a client that may not execute gets no command and is refused in a run, which waits for the others", async () => {
  await using server = await start();
  await using boss = await login(server.port, "boss");
  await using mute = await login(server.port, "mute");
  await using worker = await login(server.port, "worker");
  boss.notify("run", { command: "uptime" });
  const id = boss.ask("run", { command: "uptime" });
  const refused = await boss.note("result");
  assertEquals([refused.rank, refused.status, refused.reason], [
    1,
    "refused",
    "Its token does not allow it to execute commands",
  ]);
  const execute = await worker.next(({ json }) => json?.method === "execute" && json.id !== undefined);
  worker.respond(execute.json.id, { code: 0 });
  const { result } = await boss.answer(id);
  assertEquals([result.executors, result.ok, result.refused], [2, 1, 1]);
  const only = await boss.request("run", { command: "uptime", to: [1] });
  assertEquals([only.result.executors, only.result.refused], [1, 1]);
  await mute.settled();
  assertEquals(mute.notes("execute"), []);
  assertEquals(worker.notes("execute").length, 2);
  const accepted = server.eventsOf("command_accepted").map((
    { executors, run },
  ) => [executors, run !== undefined]);
  assertEquals(accepted, [[1, false], [1, true], [0, true]], "the log counts those who are to execute it");
});

Deno.test("a client that may not watch sees no other member, neither as a program nor by hand", async () => {
  await using server = await start();
  await using worker = await login(server.port, "worker");
  for (const [method, params] of [["roster", undefined], ["watch", { on: true }]] as const) {
    const { error } = await worker.request(method, params);
    assertEquals([error.code, error.data], [-32003, { reason: "not_allowed", rule: "watch" }]);
  }
  assertEquals((await worker.request("watch", { on: false })).result, {});
  await using person = await RawClient.connect(server.port);
  person.send(`/login ${tokenOf("worker")}`);
  for (const line of ["/who", "/watch on"]) {
    person.send(line);
    await person.text("Refused: Your token does not allow you to see the other members (not_allowed)");
  }
});

Deno.test("by hand, /commands lists what the token may send", async () => {
  await using server = await start();
  await using person = await RawClient.connect(server.port);
  person.send(`/login ${tokenOf("limited")}`);
  person.send("/commands");
  person.send("/quit");
  await person.ended();
  assertEquals(person.lines.map(({ text }) => text).slice(1), ["uptime", "Goodbye"]);
});

Deno.test("evicting requires the right to: the seat is freed immediately, and all members behind are promoted", async () => {
  await using server = await start();
  await using worker = await login(server.port, "worker", { name: "w" });
  await using boss = await login(server.port, "boss");
  const { error } = await worker.request("evict", { rank: 1 });
  assertEquals([error.code, error.data], [-32003, { reason: "not_allowed", rule: "evict" }]);
  const { result } = await boss.request("evict", { name: "w" });
  assertEquals(result, { rank: 0, ticket: 1, name: "w", keep_ms: 0 });
  assertEquals((await worker.note("closing")).reason, "evicted");
  assertEquals((await boss.note("promoted")).rank, 0);
  assertEquals(server.eventsOf("client_evicted").map(({ rank, by }) => [rank, by]), [[0, "boss"]]);
  for (
    const [params, reason] of [[{ rank: 9 }, "no_recipient"], [{}, "invalid_params"], [
      { rank: 0, name: "x" },
      "invalid_params",
    ]] as const
  ) {
    assertEquals((await boss.request("evict", params)).error.data.reason, reason);
  }
});

Deno.test("on a server without tokens, no client may evict, and all clients may do everything else", async () => {
  await using server = await startServer();
  await using client = await RawClient.join(server.port);
  assertEquals((await client.request("evict", { rank: 0 })).error.data.rule, "evict");
  assertEquals((await client.request("roster")).result.members.length, 1);
});

const GRACE = "max_clients = 2\n[session]\nresume_grace_ms = 60000";

Deno.test("a seat is resumed by a client with its resume token and the same identity", async () => {
  await using server = await start(GRACE.replace("2", "9"));
  await using boss = await login(server.port, "boss");
  const worker = await login(server.port, "worker");
  const resume = worker.notes("welcome")[0].resume;
  await worker.reset();
  await server.until((event) => event.event === "client_away");
  await using thief = await RawClient.connect(server.port);
  const { error } = await thief.request("hello", { token: tokenOf("limited"), resume });
  assertEquals(error.data, { reason: "unauthenticated" });
  const stolen = await boss.request("leave", { resume });
  assertEquals(stolen.error.data, { reason: "unauthenticated" }, "nor can anybody else give it up");
  await using back = await login(server.port, "worker", { resume });
  assertEquals([back.welcome.rank, back.welcome.ticket], [1, worker.welcome.ticket]);
  assertEquals(back.notes("welcome"), [], "no other seat was given to it on the way");
  assertEquals(server.eventsOf("client_seated").length, 3);
});

Deno.test("at a full server too, a client with both tokens resumes its seat, and one with only one is refused", async () => {
  await using server = await start(GRACE);
  await using boss = await login(server.port, "boss");
  const worker = await login(server.port, "worker");
  const resume = worker.notes("welcome")[0].resume;
  await worker.reset();
  await server.until((event) => event.event === "client_away");
  await using other = await RawClient.connect(server.port);
  other.ask("hello", { token: tokenOf("worker") });
  assertEquals((await other.note("closing")).reason, "full");
  await using stranger = await RawClient.connect(server.port);
  stranger.ask("hello", { resume });
  await using back = await login(server.port, "worker", { resume });
  assertEquals(back.welcome.rank, 1);
  assertEquals((await stranger.note("closing")).reason, "unauthenticated");
  assertEquals((await boss.request("roster")).result.members.length, 2);
});

Deno.test("with an expired resume token a client still gets a free seat", async () => {
  await using server = await start(GRACE);
  await using worker = await RawClient.connect(server.port);
  const { error } = await worker.request("hello", { token: tokenOf("worker"), resume: "long gone" });
  assertEquals(error.data, { reason: "unauthenticated" });
  assertEquals((await worker.request("hello")).result.rank, 0);
});

Deno.test("a good resume token in a hello that is wrong otherwise leaves its sender with a seat of its own", async () => {
  await using server = await start(GRACE.replace("2", "3"));
  const worker = await login(server.port, "worker");
  const resume = worker.notes("welcome")[0].resume;
  await worker.reset();
  await server.until((event) => event.event === "client_away");
  await using back = await RawClient.connect(server.port);
  const { error } = await back.request("hello", { token: tokenOf("worker"), resume, name: " " });
  assertEquals(error.data.reason, "invalid_params");
  assertEquals((await back.note("welcome")).rank, 1);
  assertEquals((await back.request("hello", { resume })).result.rank, 0);
});

Deno.test("when tokens change, clients whose token was removed or changed are closed, and the others get their new rights", async () => {
  await using server = await start();
  await using boss = await login(server.port, "boss");
  await using limited = await login(server.port, "limited");
  await using worker = await login(server.port, "worker");
  await using mute = await login(server.port, "mute");
  await boss.request("watch", { on: true });
  const changed = (await tokensFrom({ ...TABLES, boss: "", mute: "" }))
    .filter(({ name }) => name !== "limited")
    .map((entry) => entry.name === "worker" ? { ...entry, sha256: "0".repeat(64) } : entry);
  assertEquals(server.server.replaceTokens(changed), 2);
  for (const out of [limited, worker]) {
    assertEquals((await out.note("closing")).reason, "revoked");
    assertEquals(await out.ended(), "end of stream");
  }
  assertEquals((await mute.note("promoted")).rank, 1);
  assertEquals((await boss.request("evict", { rank: 1 })).error.data.rule, "evict");
  assertEquals((await boss.request("roster")).error.data.rule, "watch");
  assertEquals(boss.notes("roster_changed"), [], "it watched, and may not any more");
  boss.notify("run", { command: "restart" });
  assertEquals((await mute.note("execute")).command, "restart");
  assertEquals(server.eventsOf("tokens_replaced").map(({ tokens, revoked }) => [tokens, revoked]), [[3, 2]]);
  await using again = await RawClient.connect(server.port);
  again.ask("hello", { token: tokenOf("limited") });
  assertEquals((await again.note("closing")).reason, "unauthenticated");
});

Deno.test("a seat that is kept is not kept for a token that is revoked, but for its lease", async () => {
  await using server = await start(GRACE.replace("2", "9"));
  const [worker, limited] = [
    await login(server.port, "worker"),
    await login(server.port, "limited", { lease_ms: 10_000 }),
  ];
  await using boss = await login(server.port, "boss");
  await using here = await login(server.port, "mute");
  await worker.reset();
  await limited.reset();
  await server.until(() => server.eventsOf("client_away").length === 2);
  assertEquals(server.server.replaceTokens(await tokensFrom({ boss: "watch = true" })), 1);
  assertEquals((await here.note("closing")).reason, "revoked");
  assertEquals((await boss.note("promoted")).rank, 1);
  assertEquals(server.eventsOf("client_away").length, 2, "it is not away first");
  const left = server.eventsOf("client_left").map(({ ticket, reason }) => [ticket, reason]);
  const tickets = [worker, here].map(({ welcome }) => welcome.ticket);
  assertEquals(left.sort(), tickets.map((ticket) => [ticket, "revoked"]));
  const { result } = await boss.request("roster");
  assertEquals(result.members.map(({ away }: { away?: boolean }) => away ?? false), [true, false]);
});

Deno.test("a server that was started without tokens cannot begin to ask for them", async () => {
  await using server = await startServer();
  assertThrows(() => server.server.replaceTokens([]), Error, "was started without");
});

Deno.test("a later hello does not need the token, and a token in it is ignored", async () => {
  await using server = await start();
  await using worker = await login(server.port, "worker");
  for (const params of [{}, { token: "guess" }, { token: tokenOf("boss") }]) {
    assertEquals((await worker.request("hello", params)).result.rank, 0);
  }
  assertEquals((await worker.request("roster")).error.data.rule, "watch");
  assert(server.eventsOf("login_refused").length === 0);
});

Deno.test("without the right to watch, a dry run names no member that a real run would not name", async () => {
  await using server = await start();
  await using boss = await login(server.port, "boss", { name: "secret" });
  await using limited = await login(server.port, "limited");
  await using worker = await login(server.port, "worker", { name: "shown" });
  const dry = async (client: RawClient, command: string) => {
    const { result } = await client.request("run", { command, to: [0, 1, 2], dry_run: true });
    return result.results.map(({ name }: { name?: string }) => name);
  };
  assertEquals(await dry(limited, "uptime"), [undefined, undefined, "shown"]);
  assertEquals(await dry(limited, "unknown"), [undefined, undefined, undefined]);
  assertEquals((await dry(boss, "uptime"))[0], "secret");
  await using byHand = await RawClient.connect(server.port);
  byHand.send(`/login ${tokenOf("worker")}`);
  await byHand.text("You are rank 3");
  byHand.send("/dry @0,1 uptime");
  await byHand.text("Rank 0: refused");
  byHand.send("/login again");
  await byHand.text("You are already logged in");
  assertEquals(worker.notes("execute"), []);
});

Deno.test("one token lets in so many at a time, and one that ends makes room", async () => {
  await using server = await start("[auth]\nconnections_per_token = 2");
  const first = await login(server.port, "worker");
  await using _second = await login(server.port, "worker");
  await using third = await RawClient.connect(server.port);
  third.ask("hello", { token: tokenOf("worker") });
  assertEquals((await third.note("closing")).reason, "rate_limited");
  await using other = await login(server.port, "boss");
  assertEquals(other.welcome.rank, 2);
  await first.close();
  await server.until(({ event }) => event === "client_left");
  await using again = await login(server.port, "worker");
  assertEquals(again.welcome.rank, 2);
});

Deno.test("when the allow-list changes, each client is notified of the commands that its own token may send", async () => {
  await using server = await start();
  await using limited = await login(server.port, "limited");
  await using worker = await login(server.port, "worker");
  const config = await loadServerConfig({
    file: { path: "server.toml", text: 'commands = ["uptime", "df"]' },
  });
  server.server.reconfigure(config);
  assertEquals((await worker.note("commands_changed")).commands, ["uptime", "df"]);
  assertEquals((await limited.note("commands_changed")).commands, ["uptime"]);
});

Deno.test("an evicted client may release its seat with its token, at a full server too", async () => {
  for (const max of [2, 3]) {
    const toml = `max_clients = ${max}\n[session]\nlease_max_ms = 60_000\n`;
    await using server = await startServer({ toml, tokens: tokensToml(TABLES) });
    await using leader = await login(server.port, "boss", { lease_ms: 60_000 });
    await using second = await login(server.port, "worker");
    server.server.evict({ rank: 0 });
    assertEquals(second.notes("promoted"), []);
    await releaseSeat(
      { host: "127.0.0.1", port: server.port, accessToken: tokenOf("boss") },
      leader.welcome.resume,
      10_000,
    );
    assertEquals((await second.note("promoted")).rank, 0);
  }
});
