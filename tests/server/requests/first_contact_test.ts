// What a person sees who connects by hand, before the first line and with it.

import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { openClient } from "../../../src/client/open_client.ts";
import { RawClient } from "../../support/server/raw_client.ts";
import { startServer } from "../../support/server/start_server.ts";
import { tokensToml } from "../../support/server/tokens.ts";

const HINT = "Type /help and press Enter";

Deno.test("the first line that a server sends begins with how a person begins", async () => {
  await using server = await startServer({ toml: 'max_clients = 1\n[session]\noverflow = "wait"\n' });
  await using seated = await RawClient.connect(server.port);
  const { text } = await seated.next();
  assert(text.startsWith(`{"jsonrpc":"2.0","method":"welcome","params":{"hint":"${HINT}",`), text);
  await using waiting = await RawClient.connect(server.port);
  const { text: second } = await waiting.next();
  assert(second.startsWith(`{"jsonrpc":"2.0","method":"waiting","params":{"hint":"${HINT}",`), second);
  waiting.send(HINT.split(" ")[1]!);
  await waiting.text("All seats are taken");
});

Deno.test("a program that has sent a line is sent no hint", async () => {
  await using server = await startServer({ toml: 'max_clients = 1\n[session]\noverflow = "wait"\n' });
  const seated = await RawClient.join(server.port);
  await using waiting = await RawClient.connect(server.port);
  await waiting.request("ping");
  await seated.close();
  assertEquals((await waiting.note("welcome")).hint, undefined);
  assertEquals((await waiting.request("hello")).hint, undefined);
});

Deno.test("the events of the client library have no hint", async () => {
  await using server = await startServer({ toml: 'max_clients = 1\n[session]\noverflow = "wait"\n' });
  const seated = await RawClient.join(server.port);
  const client = openClient({ host: "127.0.0.1", port: server.port });
  for await (const event of client.events) {
    assert(!JSON.stringify(event).includes(HINT), event.kind);
    if (event.kind === "waiting") await seated.close();
    if (event.kind === "welcome") break;
  }
  await client.close();
});

Deno.test("where a token is required, any typed line is answered with how to log in", async () => {
  await using server = await startServer({
    toml: "[auth]\nfailure_delay_ms = 10\n",
    tokens: tokensToml({ ada: "" }),
  });
  for (const typed of ["", "/help", "uptime"]) {
    await using client = await RawClient.connect(server.port);
    client.send(typed);
    const { text } = await client.next();
    assertStringIncludes(text, "Closing: this server requires a token: the first line must be /login TOKEN");
  }
});
