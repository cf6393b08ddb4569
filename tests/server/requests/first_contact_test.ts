// What a person sees who connects by hand, before the first line and with it.

import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { openClient } from "../../../src/client/open_client.ts";
import { FakeConnection, FakeListener } from "../../support/server/fake_sessions.ts";
import { RawClient } from "../../support/server/raw_client.ts";
import { startServer } from "../../support/server/start_server.ts";
import { tokenOf, tokensToml } from "../../support/server/tokens.ts";

const HINT = "Type /help and press Enter";

Deno.test("the first line that a server sends begins with how a person begins", async () => {
  await using server = await startServer({ toml: 'max_clients = 1\n[session]\noverflow = "wait"\n' });
  await using seated = await RawClient.connect(server.port);
  const { text } = await seated.next();
  assert(text.startsWith(`{"jsonrpc":"2.0","method":"welcome","params":{"hint":"${HINT}",`), text);
  await using waiting = await RawClient.connect(server.port);
  const { text: second } = await waiting.next();
  assert(second.startsWith(`{"jsonrpc":"2.0","method":"waiting","params":{"hint":"${HINT}",`), second);
  waiting.send("/help");
  await waiting.text("All seats are taken");
  await waiting.text("Type a command and its arguments");
  waiting.send("/name Ada");
  await waiting.text('Your name is now "Ada"');
  await seated.close();
  await waiting.text("You are rank 0 of 1");
  waiting.send("/roster");
  await waiting.text(">     0  Ada");
});

Deno.test("a program that has sent a line is sent no hint", async () => {
  await using server = await startServer({ toml: 'max_clients = 1\n[session]\noverflow = "wait"\n' });
  const seated = await RawClient.join(server.port);
  await using waiting = await RawClient.connect(server.port);
  await waiting.request("ping");
  await seated.close();
  assertEquals((await waiting.note("welcome")).hint, undefined);
  assertEquals((await waiting.request("hello")).result.hint, undefined);
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
    assertStringIncludes(text, "Closing: This server requires a token: the first line must be /login TOKEN");
  }
});

Deno.test("a misspelt command or word is answered with the one that was meant, in order", async () => {
  await using server = await startServer({
    toml: 'commands = ["uptime", "df"]\n',
    tokens: tokensToml({ ada: 'issue = ["df"]', ben: "" }),
  });
  const refused = (message: string) => `Refused: ${message}`;
  const list = "is not an allowed command";
  for (
    const [name, lines] of [
      ["ben", [
        ["uptme", refused(`"uptme" ${list}; did you mean "uptime"? (not_allowed)`)],
        ["/rooster", refused('Unknown word "/rooster"; did you mean "/roster"?')],
        ["/name", refused("/name needs a name: /name alice")],
        ["zzzzzz", refused(`"zzzzzz" ${list}; /commands lists them (not_allowed)`)],
        ["u\x07pt!me", refused(`"u\\x07pt!me" ${list} (not_allowed)`)],
        ["/zzzzzz", refused('Unknown word "/zzzzzz"; /help lists all words')],
      ]],
      // Of a command that the token does not allow, not even the name is shown.
      ["ada", [["uptme", refused(`"uptme" ${list}; /commands lists them (not_allowed)`)]]],
    ] as const
  ) {
    await using client = await RawClient.connect(server.port);
    client.send([`/login ${tokenOf(name)}`, ...lines.map(([typed]) => typed)].join("\n"));
    await client.text("You are rank");
    for (const [, answer] of lines) assertEquals((await client.next()).text, answer);
  }
});

Deno.test("answers to misspelt commands are part of the same turn as those to other lines", async () => {
  const connection = new FakeConnection();
  const listener = new FakeListener([connection]);
  await using server = await startServer({ toml: 'commands = ["uptime"]\n', listener });
  await server.until(({ event }) => event === "client_seated");
  connection.feed("/name Ada\nuptme\n/rooster\nuptim\n/name Ben\n");
  await server.until((event) => event.event === "client_named" && event.name === "Ben");
  while (!connection.written.at(-1)!.includes('"Ben"')) await new Promise((resolve) => setTimeout(resolve));
  assertStringIncludes(connection.written.at(-1)!, 'Your name is now "Ada"');
  connection.feed(null);
});

Deno.test("a name is shown to the others, and has the same form as in hello", async () => {
  await using server = await startServer({ toml: "[limits]\nname_bytes = 10\n" });
  await using client = await RawClient.connect(server.port);
  client.send("/name  Ada \t 'L'");
  await client.text('Your name is now "Ada L"');
  client.send("/name abcdefghijk");
  await client.text('Refused: "name" must have at most 10 bytes, got 11');
  await using other = await RawClient.join(server.port);
  const { result } = await other.request("roster");
  assertEquals(result.members[0].name, "Ada L");
});
