// What the log says of commands: who sent which, with which arguments, who failed, and who evicted whom.

import { assertEquals } from "@std/assert";
import { eventText } from "../../../src/log/event_text.ts";
import type { LoggedCommand } from "../../../src/log/server_event.ts";
import { CommandTally } from "../../../src/server/runs/command_tally.ts";
import { RawClient } from "../../support/server/raw_client.ts";
import { startServer, type TestServer } from "../../support/server/start_server.ts";
import { login, tokensToml } from "../../support/server/tokens.ts";

const TOML = `
[commands.ping]
[commands.restart]
args = [{ name = "service", one_of = ["nginx", "my db"] }]
`;

async function named(server: TestServer, name: string): Promise<RawClient> {
  const client = await RawClient.join(server.port);
  await client.request("hello", { name });
  return client;
}

/** The lines so far with `part` in them, with PORT for every port. */
function linesOf({ events }: TestServer, part: string): string[] {
  return events.map(eventText).filter((line) => line.includes(part))
    .map((line) => line.replace(/(?<=127\.0\.0\.1', )\d+/, "PORT"));
}

Deno.test("the log names the sender of a command and shows its arguments, whichever way it was sent", async () => {
  await using server = await startServer({ toml: TOML });
  await using alice = await named(server, "alice");
  await using _below = await RawClient.join(server.port);
  alice.notify("run", { command: "restart", args: ["nginx"] });
  alice.notify("run", { command: "restart", args: ["my db"], to: [1] });
  alice.ask("run", { command: "restart", args: ["my db"] });
  await alice.request("run", { command: "restart", args: ["no\x1b[2J"] });
  await server.until(({ event }) => event === "command_refused");
  assertEquals(linesOf(server, " sent "), [
    "Client 'alice' ('127.0.0.1', PORT) at rank 0 sent 'restart' 'nginx' to 1 executor",
    "Client 'alice' ('127.0.0.1', PORT) at rank 0 sent 'restart' 'my db' to 1 executor",
    "Client 'alice' ('127.0.0.1', PORT) at rank 0 sent 'restart' 'my db' to 1 executor, run 1",
    String
      .raw`Client 'alice' ('127.0.0.1', PORT) at rank 0 sent 'restart' 'no\x1b[2J', refused: not_allowed ` +
    String.raw`("restart": argument 1 "service" must be one of nginx, my db, got "no\u001b[2J")`,
  ]);
});

Deno.test("log.arguments = false leaves no argument in any event, accepted, refused or unreadable", async () => {
  await using server = await startServer({ toml: `${TOML}[log]\narguments = false` });
  await using alice = await named(server, "alice");
  await using _below = await RawClient.join(server.port);
  for (const arg of ["secret1", "secret2"]) alice.notify("run", { command: "ping", args: [arg] });
  alice.notify("run", { command: "ping", args: ["secret"], to: [1] });
  alice.ask("run", { command: "ping", args: ["secret"] });
  alice.send('{"jsonrpc":"2.0","method":"run","params":{"command":"ping","args":["secret"');
  alice.send('{"jsonrpc":"2.0","method":"run","params":{"command":"ping","args":secret}}');
  for (const line of ['"secret"', '{"jsonrpc":"secret","id":5}', '{"jsonrpc":"2.0","id":{"secret":1}}']) {
    alice.send(line);
  }
  await alice.request("run", { command: "restart", args: ["secret"] });
  await alice.request("run", { command: "restart secret", args: [] });
  await alice.request("run", { command: "ping", args: ["secret"], to_names: ["secret"] });
  await alice.request("run", { command: "ping", args: new Array(65).fill("secret") });
  await alice.request("run", { command: "secret", to: Array.from({ length: 30 }, (_, i) => i) });
  alice.notify("run", { command: "secret" });
  await alice.request("run", { command: "ping", args: ["secret\0"], dry_run: true });
  await using typist = await RawClient.connect(server.port);
  typist.send(
    "'restart secret'\nrestart secret\n@secret ping\n@name:secret ping\nping 'secret\n/secret\n/name Ty",
  );
  await typist.text("Your name is now");
  const refused = server.eventsOf("command_refused").map(({ command, reason, message }) =>
    `${command} ${reason} ${message ?? "-"}`
  );
  assertEquals(refused, [
    'restart not_allowed argument 1 breaks the rule "one_of"',
    '(hidden) not_allowed the command breaks the rule "commands"',
    "ping no_recipient -",
    'ping not_allowed the command breaks the rule "args_count"',
    "(hidden) too_large -",
    '(hidden) not_allowed the command breaks the rule "commands"',
    '(hidden) not_allowed the command breaks the rule "commands"',
    'restart not_allowed argument 1 breaks the rule "one_of"',
    "ping no_recipient -",
    "ping no_recipient -",
  ]);
  const unreadable = server.eventsOf("message_refused");
  assertEquals(unreadable.reduce((sum, { count }) => sum + count, 0), 5);
  for (const { event, ...fields } of server.events) {
    assertEquals([event, JSON.stringify(fields).includes("secret"), "args" in fields], [event, false, false]);
  }
});

Deno.test("refusals of one read for one reason are one line, which says so if their messages differ", async () => {
  await using server = await startServer({});
  await using alice = await RawClient.join(server.port);
  const unknown = '{"jsonrpc":"2.0","id":1,"method":7}';
  alice.send([unknown, unknown, "7", "{", "{", '{"jsonrpc":"2.0"}'].join("\n"));
  await alice.settled();
  const lines = linesOf(server, "invalid message").map((line) =>
    line.replace(/^.* sent /, "").replace(/(?<=JSON: ).*/, "…")
  );
  assertEquals(lines, [
    '3 invalid messages: invalid_request (first: "method" must be a string)',
    "2 invalid messages: parse_error (Invalid JSON: …",
    '1 invalid message: invalid_request (A message must have "method", "result" or "error")',
  ]);
});

Deno.test("a command or a name cannot imitate the end of what a message quotes, nor the words of a line", async () => {
  await using server = await startServer({ toml: TOML });
  await using alice = await RawClient.join(server.port);
  await using _below = await RawClient.join(server.port);
  await alice.request("run", { command: `Client ('10.0.0.1', 5) assigned rank 0` });
  await alice.request("run", { command: "ping", to_names: [`a" is fine \\ ('10.0.0.1', 5) "b`] });
  assertEquals(linesOf(server, "refused: ").map((line) => line.replace(/^.*refused: /, "")), [
    String.raw`not_allowed ("Client (\'10.0.0.1\', 5) assigned rank 0" is not an allowed command)`,
    String
      .raw`no_recipient (No client below you has the name "a\" is fine \\ (\'10.0.0.1\', 5) \"b")`,
  ]);
});

Deno.test("what is logged of one command is bounded, and says what is missing", async () => {
  await using server = await startServer({ toml: TOML });
  await using alice = await named(server, "alice");
  await using _below = await RawClient.join(server.port);
  alice.notify("run", { command: "ping", args: ["a", "é".repeat(2_000), "b", "c"] });
  alice.notify("run", { command: "ping", args: new Array(64).fill("") });
  await alice.settled();
  const [long, empty] = server.eventsOf("command_accepted");
  assertEquals([long!.args?.length, long!.args?.[1], long!.args_omitted], [2, `${"é".repeat(511)}…`, 2]);
  assertEquals([empty!.args?.length, empty!.args_omitted], [64, undefined]);
});

Deno.test("equal commands in a row are counted together; of many different ones the first are shown", () => {
  const entries = (showsArguments: boolean, commands: readonly (readonly [string, string])[]) => {
    const tally = new CommandTally(showsArguments);
    for (const [command, arg] of commands) tally.add(command, [JSON.stringify([arg])]);
    assertEquals(tally.isEmpty, commands.length === 0);
    return [...tally.entries(showsArguments)].map((
      { command, args, args_differ, count }: LoggedCommand & { count: number },
    ) => `${count} ${command} ${args_differ ? "differ" : args?.join() ?? "-"}`);
  };
  assertEquals(entries(true, []), []);
  const few = [["a", "1"], ["a", "1"], ["a", "2"], ["b", "2"], ["a", "1"]] as const;
  assertEquals(entries(true, few), ["2 a 1", "1 a 2", "1 b 2", "1 a 1"]);
  assertEquals(entries(false, few), ["4 a -", "1 b -"]);
  const many = Array.from({ length: 100 }, (_, i) => [i % 2 === 0 ? "a" : "b", String(i)] as const);
  const shown = entries(true, many);
  assertEquals(shown.slice(0, 2), ["1 a 0", "1 b 1"]);
  assertEquals(shown.slice(8), ["46 a differ", "46 b differ"]);
});

Deno.test("the end of a run names those that failed, the first ten of them", async () => {
  await using server = await startServer({ toml: TOML });
  await using alice = await named(server, "alice");
  await using stack = new AsyncDisposableStack();
  const below: RawClient[] = [];
  for (let i = 0; i < 14; i++) below.push(stack.use(await named(server, `web-${i}`)));
  below.push(stack.use(await RawClient.join(server.port)));
  const answer = alice.request("run", { command: "ping" });
  for (const [i, client] of below.entries()) {
    const { id } = await client.message("execute");
    client.respond(id, i === 0 ? { code: 0 } : i === 1 ? { delivered: true } : { code: 1 });
  }
  await answer;
  const second = alice.request("run", { command: "ping", to: [2, 15] });
  const { id } = await below[1]!.message("execute");
  below[1]!.respond(id, { code: 0 });
  await below[14]!.message("execute");
  await below[14]!.close();
  await second;
  const [first, last] = linesOf(server, "Run ").map((line) => line.replace(/after \d+ ms/, "after N ms"));
  const failed = Array.from({ length: 10 }, (_, i) => `rank ${i + 3} 'web-${i + 2}' failed`).join(", ");
  assertEquals(first, `Run 1 ('ping') ended after N ms: 1 ok, 13 failed, 1 delivered; ${failed} and 3 more`);
  assertEquals(last, "Run 2 ('ping') ended after N ms: 1 ok, 1 lost; rank 15 lost");
});

Deno.test("the log says who evicted a client: the operator, or a client by rank, name and token", async () => {
  const tokens = tokensToml({ boss: "evict = true", worker: "" });
  await using server = await startServer({ tokens });
  await using _boss = await login(server.port, "boss", { name: "alice" });
  await using _b = await login(server.port, "worker", { name: "bob" });
  await using _c = await login(server.port, "worker", { name: "carol" });
  server.server.evict({ name: "carol" });
  await _boss.request("evict", { name: "bob" });
  assertEquals(linesOf(server, "evicted from"), [
    "Client 'carol' ('127.0.0.1', PORT) evicted from rank 2 by the operator",
    "Client 'bob' ('127.0.0.1', PORT) evicted from rank 1 by client 'alice' at rank 0 with token 'boss'",
  ]);
});
