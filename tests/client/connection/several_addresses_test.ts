// A client that knows several addresses, with a network and a clock that the test moves.

import { assertEquals, assertRejects, assertStringIncludes } from "@std/assert";
import type { ClientEvent, ClientOptions } from "../../../src/client/mod.ts";
import { openClientOn } from "../../../src/client/open_client.ts";
import { EventReader } from "../../support/client/event_reader.ts";
import { WELCOME as PLACE } from "../../support/client/fake_server.ts";
import { FakeNetwork } from "../../support/client/fake_network.ts";

const A = { host: "10.0.0.1", port: 6001 };
const B = { host: "10.0.0.2", port: 6002 };
const C = { host: "::3", port: 6003 };
const RECONNECT = { minMs: 200, maxMs: 1_000 };

function open(network: FakeNetwork, options: Partial<ClientOptions> = {}) {
  const client = openClientOn(network.system, { ...A, others: [B, C], reconnect: RECONNECT, ...options });
  return { client, events: new EventReader(client.events) };
}

/** Lets everything happen that waits for no timer. */
async function settle(): Promise<void> {
  for (let n = 0; n < 50; n++) await Promise.resolve();
}

async function move(network: FakeNetwork, ms: number): Promise<void> {
  await settle();
  network.clock.advance(ms);
  await settle();
}

Deno.test("when a connection breaks, the next address is tried without a wait, and the events say which", async () => {
  const network = new FakeNetwork();
  for (const { host } of [A, C]) network.behaviors.set(host, (conn) => conn.welcome());
  const { client, events } = open(network);
  const first = await events.next("welcome");
  assertEquals(first.at, A);
  await move(network, 5_000);
  network.connections[0]!.breakOff();
  const broken = await events.next("disconnected");
  assertEquals([broken.retryInMs, broken.next], [0, B]);
  const refused = await events.next("disconnected");
  assertEquals([refused.why, refused.next], ["cannot connect to 10.0.0.2 port 6002: refused", C]);
  assertEquals((await events.next("connected")).host, "::3");
  assertEquals((await events.next("welcome")).at, C);
  assertEquals([network.dialled, network.waits], [["10.0.0.1:6001", "10.0.0.2:6002", "::3:6003"], []]);
  await client.close();
});

Deno.test("when all are down, there is one wait for all of them, which grows as with one address", async () => {
  const network = new FakeNetwork();
  const { client } = open(network);
  await settle();
  assertEquals([network.dialled.length, network.waits], [3, [100]]);
  await move(network, 100);
  assertEquals([network.dialled.length, network.waits], [6, [100, 200]]);
  network.behaviors.set(B.host, (conn) => conn.welcome());
  await move(network, 200);
  assertEquals(client.place?.rank, 1);
  // It stays where it is, although another is back.
  network.behaviors.set(A.host, (conn) => conn.welcome());
  await move(network, 5_000);
  assertEquals(network.dialled.slice(6), ["10.0.0.1:6001", "10.0.0.2:6002"]);
  await client.close();
});

Deno.test("a server that does not answer the connection is given up after 2.5 s", async () => {
  const network = new FakeNetwork();
  network.behaviors.set(A.host, "hang");
  network.behaviors.set(B.host, (conn) => conn.welcome());
  const { client, events } = open(network);
  await move(network, 2_499);
  assertEquals(network.dialled.length, 1);
  await move(network, 1);
  assertStringIncludes((await events.next("disconnected")).why, "no answer within 2500 ms");
  assertEquals((await events.next("welcome")).at, B);
  await client.close();
});

for (const sendsHeartbeat of [true, false]) {
  const kind = sendsHeartbeat ? "a client" : "a client under --lead";
  Deno.test(`${kind} gives up a server that does not answer hello after 2.5 s`, async () => {
    const network = new FakeNetwork();
    network.behaviors.set(A.host, () => {});
    network.behaviors.set(B.host, (conn) => conn.welcome());
    const { client, events } = open(network, { sendsHeartbeat });
    await move(network, 2_499);
    assertEquals(network.dialled.length, 1);
    await move(network, 1);
    assertStringIncludes((await events.next("disconnected")).why, "no response within 2500 ms");
    assertEquals((await events.next("welcome")).at, B);
    await client.close();
  });
}

Deno.test("where all hang, each later round gives them more time, up to the limit of one address", async () => {
  const network = new FakeNetwork();
  for (const { host } of [A, B]) network.behaviors.set(host, "hang");
  const { client } = open(network, { others: [B] });
  for (const [round, limitMs] of [2_500, 5_000, 10_000, 10_000].entries()) {
    for (const nth of [1, 2]) {
      await move(network, limitMs - 1);
      assertEquals(network.dialled.length, 2 * round + nth);
      await move(network, 1);
    }
    await move(network, network.waits.at(-1)!);
  }
  const closed = client.close();
  await settle();
  await closed;
});

Deno.test("with one address, a server has 10 s as before", async () => {
  const network = new FakeNetwork();
  network.behaviors.set(A.host, "hang");
  const { client, events } = open(network, { others: [] });
  await move(network, 10_000);
  const { why, retryInMs, next } = await events.next("disconnected");
  assertStringIncludes(why, "no answer within 10000 ms");
  assertEquals([retryInMs, next], [100, undefined]);
  await client.close();
});

Deno.test("a full server is left alone as long as it asks, and the others are tried meanwhile", async () => {
  const network = new FakeNetwork();
  network.behaviors.set(A.host, (conn) => {
    conn.send({ method: "closing", params: { reason: "full", retry_after_ms: 5_000 } });
    conn.breakOff();
  });
  const { client } = open(network, { others: [B] });
  await settle();
  assertEquals([network.dialled.length, network.waits], [2, [100]]);
  await move(network, 100);
  await move(network, 200);
  assertEquals(network.dialled.slice(2), ["10.0.0.2:6002", "10.0.0.2:6002"]);
  await move(network, 500);
  await move(network, 500);
  for (let n = 0; n < 10; n++) await move(network, 500);
  assertEquals(network.dialled.filter((at) => at === "10.0.0.1:6001").length, 2);
  await client.close();
});

Deno.test("servers that welcome and close again are not dialled without waits", async () => {
  const network = new FakeNetwork();
  for (const { host } of [A, B]) {
    network.behaviors.set(host, (conn) => {
      conn.welcome();
      conn.breakOff();
    });
  }
  const { client } = open(network, { others: [B] });
  await settle();
  assertEquals([network.dialled.length, network.waits], [2, [100]]);
  await client.close();
});

Deno.test("the token of the seat is shown at the next address", async () => {
  const network = new FakeNetwork();
  network.behaviors.set(A.host, (conn) => conn.welcome({ resume: "secret" }));
  network.behaviors.set(B.host, (conn) => conn.send({ id: 2, result: { ...PLACE } }));
  const { client, events } = open(network);
  await events.next("welcome");
  network.connections[0]!.breakOff();
  const back = await events.next("welcome");
  assertEquals([back.isBack, back.at, network.connections[1]!.lines[0]!.params], [true, B, {
    resume: "secret",
  }]);
  await client.close();
});

Deno.test("without reconnecting, every address is tried once, and the client ends with its seat", async () => {
  const network = new FakeNetwork();
  const down = open(network, { reconnect: undefined });
  const kinds = (await down.events.rest()).map((event) => event.kind === "disconnected" && event.next);
  assertEquals(kinds, [B, C, undefined]);
  network.behaviors.set(B.host, (conn) => conn.welcome());
  const { events } = open(network, { reconnect: undefined });
  await events.next("welcome");
  network.connections[0]!.breakOff();
  const rest = await events.rest();
  assertEquals(rest.map(({ kind }) => kind), ["disconnected"]);
  assertEquals((rest[0] as ClientEvent & { kind: "disconnected" }).retryInMs, undefined);
});

Deno.test("a client whose token is refused tries no other server", async () => {
  const network = new FakeNetwork();
  network.behaviors.set(A.host, (conn) => {
    conn.send({ method: "closing", params: { reason: "unauthenticated", message: "A token is needed" } });
    conn.breakOff();
  });
  const { events } = open(network);
  const last = (await events.rest()).at(-1) as ClientEvent & { kind: "disconnected" };
  assertEquals([last.isUnauthenticated, last.retryInMs, network.dialled.length], [true, undefined, 1]);
});

Deno.test("a name with several addresses is as many addresses; one with one is left to the system", async () => {
  const network = new FakeNetwork();
  network.names.set("db.example", ["10.1.0.1", "::9"]);
  network.behaviors.set("::9", (conn) => conn.welcome());
  const { client, events } = open(network, {
    host: "db.example",
    others: [{ host: "one.example", port: 1 }],
  });
  const failed = await events.next("disconnected");
  assertEquals(failed.why, "cannot connect to db.example (10.1.0.1) port 6001: refused");
  assertEquals(failed.next, { host: "db.example", port: 6001, ip: "::9" });
  assertEquals((await events.next("connected")).ip, "::9");
  await events.next("welcome");
  // What the name has now is asked when all of its addresses have failed twice.
  network.names.set("db.example", ["10.1.0.7", "10.1.0.8"]);
  network.behaviors.clear();
  network.connections[0]!.breakOff();
  await move(network, 100);
  await move(network, 200);
  assertEquals(network.dialled, [
    "db.example:6001 10.1.0.1",
    "db.example:6001 ::9",
    "one.example:1",
    "db.example:6001 10.1.0.1",
    "db.example:6001 ::9",
    "one.example:1",
    "db.example:6001 10.1.0.7",
    "db.example:6001 10.1.0.8",
    "one.example:1",
  ]);
  await client.close();
});

Deno.test("a lookup that hangs delays the attempt by 2.5 s, and a close ends it", async () => {
  const network = new FakeNetwork();
  const system = { ...network.system, lookUp: () => new Promise<never>(() => {}) };
  const client = openClientOn(system, { host: "db.example", port: 6001, reconnect: RECONNECT });
  await move(network, 2_499);
  assertEquals(network.dialled, []);
  await move(network, 1);
  assertEquals(network.dialled, ["db.example:6001"]);
  // The first attempt after a wait does without it.
  await move(network, network.waits[0]!);
  assertEquals(network.dialled.length, 2);
  await move(network, network.waits[1]!);
  await client.close();
  assertEquals([network.dialled.length, network.clock.timers], [2, 0]);
});

Deno.test("the addresses in a welcome are tried as well; what cannot be used of them is ignored", async () => {
  const network = new FakeNetwork();
  const bad = ["", "x y", "\u202eb", "user@b", "b:0", "b:65536", "[::1", `${"h".repeat(300)}`, "a/b", "a,b"];
  network.behaviors.set(
    A.host,
    (conn) => conn.welcome({ servers: [...bad, "10.0.0.9", "[::8]:7000", "10.0.0.1"] }),
  );
  const { client, events } = open(network, { others: [] });
  assertEquals((await events.next("welcome")).at, A);
  network.behaviors.clear();
  network.connections[0]!.breakOff();
  await settle();
  assertEquals(network.dialled, ["10.0.0.1:6001", "10.0.0.9:6001", "::8:7000"]);
  await client.close();
});

Deno.test("of a long list in a welcome, the first 16 are used; a list of another form is not read", async () => {
  const network = new FakeNetwork();
  const servers = Array.from({ length: 1_000 }, (_, n) => `10.9.0.${n % 250}:${n + 1}`);
  network.behaviors.set(A.host, (conn) => conn.welcome({ servers }));
  const { client, events } = open(network, { others: [] });
  await events.next("welcome");
  network.behaviors.clear();
  network.connections[0]!.breakOff();
  await settle();
  assertEquals(network.dialled.length, 17);
  await client.close();

  for (const wrong of ["10.0.0.9", [1], { a: 1 }]) {
    const other = new FakeNetwork();
    other.behaviors.set(A.host, (conn) => conn.welcome({ servers: wrong }));
    const opened = open(other, { others: [], reconnect: undefined });
    assertStringIncludes(
      (await opened.events.next("disconnected")).why,
      "the server's welcome cannot be read",
    );
  }
});

Deno.test("a request between two addresses fails as without a connection", async () => {
  const network = new FakeNetwork();
  network.behaviors.set(A.host, (conn) => conn.welcome());
  network.behaviors.set(B.host, "hang");
  const { client, events } = open(network);
  await events.next("welcome");
  network.connections[0]!.breakOff();
  await events.next("disconnected");
  await assertRejects(() => client.request("ping"), Error, "There is no connection to the server");
  await client.close();
});
