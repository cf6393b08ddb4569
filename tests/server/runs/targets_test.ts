// Targets by ticket, name and open range: which members they are, and what is refused. Over real sockets.

import { assertEquals } from "@std/assert";
import { type Json, RawClient } from "../../support/server/raw_client.ts";
import { startServer, type TestServer } from "../../support/server/start_server.ts";

const TOML = 'commands = ["uptime"]';

/** Members with these names, by rank. */
async function joinNamed(server: TestServer, names: readonly string[]): Promise<RawClient[]> {
  const clients: RawClient[] = [];
  for (const name of names) {
    const client = await RawClient.join(server.port, {
      onLine: (client, { json }) => {
        if (json?.method === "execute" && json.id !== undefined) client.respond(json.id, { code: 0 });
      },
    });
    await client.request("hello", { name });
    clients.push(client);
  }
  return clients;
}

/** By rank. */
async function ticketsOf(client: RawClient): Promise<number[]> {
  return (await client.request("roster")).result.members.map(({ ticket }: Json) => ticket);
}

/** The ranks that a run reached, or its error. */
async function reached(issuer: RawClient, targets: Json): Promise<Json> {
  const { result, error } = await issuer.request("run", { command: "uptime", ...targets });
  if (error !== undefined) return [error.data.reason, error.message];
  return result.results.map(({ rank }: Json) => rank);
}

Deno.test("targets by ticket, by name and by open range reach just those members", async () => {
  await using server = await startServer({ toml: TOML });
  const clients = await joinNamed(server, ["boss", "web", "db", "r\u00e9gie 1", "db"]);
  const boss = clients[0]!;
  const [own, first, second, third, fourth] = await ticketsOf(boss);
  const cases: [targets: Json, ranks: Json][] = [
    [{ to_tickets: [third] }, [3]],
    [{ to_tickets: [fourth, first, fourth] }, [1, 4]],
    [{ to_names: ["web"] }, [1]],
    [{ to_names: ["re\u0301gie\u00a0 1", "web"] }, [1, 3]],
    [{ from_rank: 3 }, [3, 4]],
    [{ from_rank: 4 }, [4]],
    [{ to: [1], to_tickets: [second], to_names: ["web"], from_rank: 4 }, [1, 2, 4]],
    [{ to_names: ["db"] }, [
      "invalid_params",
      '2 clients below you have the name "db" (ranks 2, 4): use a rank or a ticket',
    ]],
    [{ to_names: ["cache"] }, ["no_recipient", 'No client below you has the name "cache"']],
    // Not even that it exists.
    [{ to_names: ["boss"] }, ["no_recipient", 'No client below you has the name "boss"']],
    [{ to_tickets: [999] }, ["no_recipient", "No client has ticket 999: it has left"]],
    [{ to_tickets: [own] }, ["outranked", "Rank 0 is your own rank"]],
    [{ to_tickets: [999, own] }, ["outranked", "Rank 0 is your own rank"]],
    [{ from_rank: 0 }, ["outranked", "Rank 0 is your own rank"]],
    [{ from_rank: 5 }, ["no_recipient", "No client has rank 5"]],
    [{ to: [1], to_names: ["cache"] }, ["no_recipient", 'No client below you has the name "cache"']],
  ];
  for (const [targets, ranks] of cases) {
    assertEquals(await reached(boss, targets), ranks, JSON.stringify(targets));
  }
  for (const client of clients) await client.close();
});

Deno.test("a ticket means the same client after its rank has changed, and none after it has left", async () => {
  await using server = await startServer({ toml: TOML });
  const clients = await joinNamed(server, ["boss", "a", "b", "c"]);
  const [boss, a, b] = clients;
  const ticket = (await ticketsOf(boss!))[2]!;
  await a!.request("leave");
  assertEquals(await reached(boss!, { to_tickets: [ticket] }), [1]);
  await b!.request("leave");
  assertEquals((await reached(boss!, { to_tickets: [ticket] }))[0], "no_recipient");
  for (const client of clients) await client.close();
});

Deno.test("a dry run lists named targets, those that are missing too", async () => {
  await using server = await startServer({ toml: TOML });
  const clients = await joinNamed(server, ["boss", "web", "db"]);
  const [, web, db] = await ticketsOf(clients[0]!);
  const { result } = await clients[0]!.request("run", {
    command: "uptime",
    to_tickets: [db, 999],
    to_names: ["web", "cache"],
    dry_run: true,
  });
  assertEquals([result.accepted, result.reason], [false, "no_recipient"]);
  assertEquals(result.results, [
    { rank: 2, ticket: db, name: "db", would_run: true },
    { rank: 1, ticket: web, name: "web", would_run: true },
    {
      ticket: 999,
      would_run: false,
      reason: "no_recipient",
      message: "No client has ticket 999: it has left",
    },
    {
      name: "cache",
      would_run: false,
      reason: "no_recipient",
      message: 'No client below you has the name "cache"',
    },
  ]);
  for (const client of clients) await client.close();
});

Deno.test("a person names targets in the same ways, also for a dry run", async () => {
  await using server = await startServer({ toml: TOML });
  await using person = await RawClient.join(server.port);
  person.send("/help");
  await person.text("@ticket:12");
  const clients = await joinNamed(server, ["web 1", "db", "cache"]);
  const cache = (await ticketsOf(clients[0]!))[3];
  const cases: Record<string, string[]> = {
    "@all uptime": ["Rank 1 (web 1): ok", "Rank 2 (db): ok", "Rank 3 (cache): ok"],
    '@"web 1" uptime': ["Rank 1 (web 1): ok"],
    "@2- uptime": ["Rank 2 (db): ok", "Rank 3 (cache): ok"],
    [`@ticket:${cache},db uptime`]: ["Rank 2 (db): ok", "Rank 3 (cache): ok"],
  };
  for (const [line, results] of Object.entries(cases)) {
    const before = person.lines.length;
    person.send(line);
    await person.text("uptime ended for");
    const shown = person.lines.slice(before).map(({ text }) => text).filter((text) =>
      text.startsWith("Rank ")
    );
    assertEquals(shown.sort(), results, line);
  }
  person.send("/dry @ticket:999,db uptime");
  await person.text("Rank 2 (db): would receive it");
  await person.text("Ticket 999: refused: No client has ticket 999");
  for (const client of clients) await client.close();
});

Deno.test("a name is searched for at the cost of a question about all members", async () => {
  await using server = await startServer({
    toml: `${TOML}\nmax_clients = 50\n[limits]\ncommands_per_second = 1\ncommands_burst = 12\n`,
  });
  const others = await Array.fromAsync({ length: 29 }, () => RawClient.join(server.port));
  await using boss = others[0]!;
  const first = await boss.request("run", { command: "uptime", to_names: ["x"] });
  assertEquals(first.error.data.reason, "no_recipient");
  // 1 and 2 for 29 members, of 12: the fifth is one too many.
  const more = await Promise.all(
    Array.from({ length: 4 }, () => boss.request("run", { command: "uptime", to_names: ["x"] })),
  );
  assertEquals(more.map(({ error }) => error.data.reason), [
    "no_recipient",
    "no_recipient",
    "no_recipient",
    "rate_limited",
  ]);
  for (const client of others) await client.close();
});

/** Marks in the wrong order: putting them in order takes time that grows with their square, here minutes. */
const ENDLESS = "\u0301".repeat(120_000) + "\u0327".repeat(120_000);

Deno.test("a text that is too long to be a name is no member's, and is answered like one that no member has", async () => {
  await using server = await startServer({ toml: TOML });
  const [boss] = await joinNamed(server, ["boss", "web"]);
  const shown = `${ENDLESS.slice(0, 64)}\u2026`;
  const message = `No client below you has the name "${shown}"`;
  assertEquals(await reached(boss!, { to_names: [ENDLESS] }), ["no_recipient", message]);
  assertEquals(await reached(boss!, { to_names: ["web", ENDLESS] }), ["no_recipient", message]);
  const { result } = await boss!.request("run", { command: "uptime", to_names: [ENDLESS], dry_run: true });
  assertEquals([result.accepted, result.message], [false, message]);
  const refusal = { reason: "no_recipient", message: `No client has the name "${shown}"` } as const;
  assertEquals(server.server.evict({ name: ENDLESS }), refusal);
  assertEquals(server.server.raise({ name: ENDLESS }), refusal);
  await using typed = await RawClient.connect(server.port);
  typed.send(`@"name:${ENDLESS}" uptime`);
  await typed.text("Refused: No client below you has the name");
});
