// The response with a new token may be lost: until the client has confirmed it, the used token stays valid, but never for two
// clients at a time.

import { assertEquals } from "@std/assert";
import { type Json, RawClient } from "../../support/server/raw_client.ts";
import { startServer, type TestServer } from "../../support/server/start_server.ts";
import { cut } from "../../support/server/cut.ts";
import { journalIn } from "../../support/server/journals.ts";

const GRACE = "[session]\nresume_grace_ms = 60_000\npresent_ms = 60_000\n";
const IMPATIENT = "[session]\nresume_grace_ms = 60_000\npresent_ms = 20\n";

/** Connects and presents a token. Nothing shows that the answer has arrived. */
async function present(server: TestServer, token: string): Promise<{ client: RawClient; answer: Json }> {
  const client = await RawClient.connect(server.port);
  return { client, answer: await client.request("hello", { resume: token }) };
}

/** Connects and presents a token, without waiting for the answer. */
async function contend(server: TestServer, token: string) {
  const client = await RawClient.join(server.port);
  const id = client.ask("hello", { resume: token });
  await client.settled();
  return { client, answer: (): Promise<Json> => client.answer(id) };
}

/** A member that was cut off, and its token. */
async function lose(server: TestServer): Promise<string> {
  const member = await RawClient.join(server.port);
  await cut(server, member);
  return member.welcome.resume;
}

Deno.test("a connection that breaks before the new token is known to have arrived: the used one is good again, and the new one too", async () => {
  await using server = await startServer({ toml: GRACE });
  const token = await lose(server);
  const first = await present(server, token);
  await cut(server, first.client);
  const second = await present(server, token);
  assertEquals([second.answer.result.rank, second.answer.result.ticket], [0, 1]);
  await cut(server, second.client);
  const third = await present(server, second.answer.result.resume);
  assertEquals([third.answer.result.rank, third.answer.result.ticket], [0, 1]);
  await third.client.close();
});

Deno.test("what a client sent before the answer can have reached it is no sign that it has", async () => {
  await using server = await startServer({ toml: GRACE });
  const token = await lose(server);
  const client = await RawClient.connect(server.port);
  client.ask("hello", { resume: token });
  client.respond("ping", {});
  await client.request("ping");
  await cut(server, client);
  const again = await present(server, token);
  assertEquals(again.answer.result.ticket, 1);
  await again.client.close();
});

Deno.test("once the new token has arrived, the used one is worth nothing, there or away", async () => {
  await using server = await startServer({ toml: GRACE });
  const token = await lose(server);
  const { client } = await present(server, token);
  client.respond((await client.message("ping")).id, {});
  await client.settled();
  for (const isAway of [false, true]) {
    if (isAway) await cut(server, client);
    const { client: replaying, answer } = await present(server, token);
    assertEquals(answer.error.data.reason, "unauthenticated");
    await replaying.close();
  }
});

Deno.test("a token that was presented twice and used once: the one before it is worth nothing", async () => {
  await using server = await startServer({ toml: GRACE });
  const token = await lose(server);
  const first = await present(server, token);
  await cut(server, first.client);
  const second = await present(server, first.answer.result.resume);
  await cut(server, second.client);
  const { client, answer } = await present(server, token);
  assertEquals(answer.error.data.reason, "unauthenticated");
  await client.close();
});

Deno.test("two with the same token: the first has the seat, and the second keeps its own, once the first has answered", async () => {
  await using server = await startServer({ toml: GRACE });
  const token = await lose(server);
  const first = await present(server, token);
  const second = await contend(server, token);
  const third = await contend(server, token);
  assertEquals((await third.answer()).error.data.reason, "unauthenticated", "one at a time");
  assertEquals(server.eventsOf("client_back").length, 1);
  first.client.respond("resume", {});
  assertEquals((await second.answer()).error.data.reason, "unauthenticated");
  const { result } = await first.client.request("roster");
  assertEquals([result.you, result.members.length], [0, 3]);
  for (const { client } of [first, second, third]) await client.close();
});

Deno.test("two with the same token: where the first is dead, the second has the seat", async () => {
  for (const [toml, isCut] of [[GRACE, true], [IMPATIENT, false]] as const) {
    await using server = await startServer({ toml });
    const token = await lose(server);
    const first = await present(server, token);
    const second = await contend(server, token);
    if (isCut) await first.client.reset();
    const { result } = await second.answer();
    assertEquals([result.rank, result.ticket], [0, 1]);
    if (!isCut) assertEquals((await first.client.note("closing")).reason, "timed_out");
    assertEquals((await second.client.request("roster")).result.members.length, 1);
    for (const { client } of [first, second]) await client.close();
  }
});

Deno.test("a connection that contests a seat and closes before the decision leaves it to the next one", async () => {
  await using server = await startServer({ toml: GRACE });
  const token = await lose(server);
  const first = await present(server, token);
  const second = await contend(server, token);
  await cut(server, second.client);
  await cut(server, first.client);
  const third = await present(server, token);
  assertEquals(third.answer.result.ticket, 1);
  await third.client.close();
});

Deno.test("a server that ends before the new token is known to have arrived knows both afterwards", async () => {
  const folder = await Deno.makeTempDir();
  let token = "";
  for (const use of ["used", "new", "used"]) {
    await using server = await startServer({ toml: GRACE, journal: journalIn(folder) });
    token ||= await lose(server);
    const { client, answer } = await present(server, token);
    assertEquals(answer.result.ticket, 1, use);
    if (use === "new") token = answer.result.resume;
    await cut(server, client);
  }
  await Deno.remove(folder, { recursive: true });
});

Deno.test("in a batch, too, the ping follows the response with the new token", async () => {
  await using server = await startServer({ toml: GRACE });
  const token = await lose(server);
  await using client = await RawClient.join(server.port);
  client.send([
    { jsonrpc: "2.0", id: 1, method: "hello", params: { resume: token } },
    { jsonrpc: "2.0", id: 2, method: "ping" },
  ]);
  await client.next(({ json }) => json?.id === "resume");
  const at = (isIt: (json: Json) => boolean) => client.lines.findIndex(({ json }) => isIt(json));
  assertEquals(at((json) => json?.id === "resume") - at((json) => Array.isArray(json)), 1);
});
