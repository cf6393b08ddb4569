import { assert, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { isVisible } from "../../../src/words/visible_text.ts";
import { LineOutput } from "../../../src/client/output/line_output.ts";
import type { Sink } from "../../../src/protocol/wire/write_all.ts";
import { openClient } from "../../../src/client/mod.ts";
import { Pipe } from "../../../src/client/pipe/pipe.ts";
import { FakeServer, type Json, type Peer, ROSTER, WELCOME } from "../../support/client/fake_server.ts";
import { Printed } from "../../support/client/printed.ts";

const LIMITS = { lineBytes: 1_048_576, programsAtOnce: 4, programsQueued: 100 };
const BOUNDS = { inputLineBytes: 200, pipeRequests: 2, closeTimeoutMs: 50 };

/** A standard input that the test writes to. */
function openInput() {
  let controller: ReadableStreamDefaultController<Uint8Array>;
  let pulls = 0;
  const input = new ReadableStream<Uint8Array>(
    { start: (own) => void (controller = own), pull: () => void pulls++ },
    { highWaterMark: 0 },
  );
  return {
    input,
    write: (text: string) => controller.enqueue(new TextEncoder().encode(text)),
    end: () => controller.close(),
    pulls: () => pulls,
  };
}

function start(
  server: FakeServer,
  { isJson = false, mayStay = false, text }: { isJson?: boolean; mayStay?: boolean; text?: string } = {},
) {
  const session = openClient({ host: "127.0.0.1", port: server.port, limits: LIMITS });
  const input = openInput();
  const stdout = new Printed();
  const stderr = new Printed();
  const leaving = new AbortController();
  const verdict = new Pipe({
    session,
    input: input.input,
    stdout: new LineOutput(stdout, 1_000_000),
    stderr: new LineOutput(stderr, 1_000_000),
    signal: leaving.signal,
    isJson,
    mayStay,
    bounds: BOUNDS,
  }).run();
  if (text !== undefined) {
    input.write(text);
    input.end();
  }
  return { input, stdout, stderr, leaving, verdict };
}

function summary(results: Json[]): Json {
  const counts: Record<string, number> = {
    ok: 0,
    failed: 0,
    refused: 0,
    delivered: 0,
    timed_out: 0,
    lost: 0,
    cancelled: 0,
  };
  for (const { status } of results) counts[status as string]!++;
  return { executors: results.length, ...counts, results };
}

const RESULT = { rank: 2, ticket: 9, name: "web2", status: "ok", code: 0, stdout: "up 3 days\n" };

async function answerRun(peer: Peer, results: Json[]): Promise<Json> {
  const run = await peer.nextWith("run");
  for (const result of results) await peer.notify("result", { run: run.id, ...result });
  await peer.send({ id: run.id, result: summary(results) });
  return run.params as Json;
}

Deno.test("a command in a pipe waits for the welcome, and its results are printed by rank", async () => {
  await using server = new FakeServer();
  const { stdout, stderr, verdict } = start(server, { text: "@2,3 restart 'my nginx'" });
  const peer = await server.seat();
  const failed = { rank: 3, ticket: 10, name: "a\x1b[2J", status: "failed", code: 4, stderr: "no\n" };
  const params = await answerRun(peer, [failed, RESULT]);
  assertEquals(params, { command: "restart", args: ["my nginx"], to: [2, 3] });
  assertEquals(await verdict, "failed");
  assertEquals(
    stdout.rest,
    "Rank 2 (web2): ok\n  up 3 days\nRank 3 (a\\x1b[2J): failed (exit code 4)\n  ! no\n" +
      "restart ended for 2 executors: 1 ok, 1 failed\n",
  );
  assertStringIncludes(stderr.rest, "rank 1 of 2");
});

Deno.test("targets in a pipe are ranks, names, tickets, an open range or all", async () => {
  await using server = new FakeServer();
  const { verdict } = start(server, { text: "@web-3,ticket:7,2 first\n@4- second\n@all third\n" });
  const peer = await server.seat();
  assertEquals(await answerRun(peer, [RESULT]), {
    command: "first",
    args: [],
    to: [2],
    to_tickets: [7],
    to_names: ["web-3"],
  });
  assertEquals(await answerRun(peer, [RESULT]), { command: "second", args: [], from_rank: 4 });
  assertEquals(await answerRun(peer, [RESULT]), { command: "third", args: [] });
  assertEquals(await verdict, "ok");
});

Deno.test("commands in a pipe are carried out one after the other", async () => {
  await using server = new FakeServer();
  const { verdict } = start(server, { text: "first\nsecond\n\n  \nthird" });
  const peer = await server.seat();
  const first = await peer.nextWith("run");
  // Were the second one sent already, it would come before this answer is.
  await peer.send({ id: "p", method: "ping" });
  assertEquals((await peer.next()).id, "p");
  await peer.send({ id: first.id, result: summary([]) });
  assertEquals((await answerRun(peer, [])).command, "second");
  assertEquals((await answerRun(peer, [])).command, "third");
  assertEquals(await verdict, "ok");
});

Deno.test("with JSON, answers are objects on standard output, and events on standard error without outputs", async () => {
  await using server = new FakeServer();
  const { stdout, stderr, verdict } = start(server, { isJson: true, text: "uptime" });
  const peer = await server.seat();
  await answerRun(peer, [RESULT]);
  assertEquals(await verdict, "ok");
  assertEquals(JSON.parse(stdout.rest), { line: 1, text: "uptime", result: summary([RESULT]) });
  const events = stderr.rest.trimEnd().split("\n").map((line) => JSON.parse(line));
  assertEquals(events.map((line) => line.event), ["connected", "welcome", "result"]);
  const { code: _code, stdout: _stdout, ...progress } = RESULT;
  assertEquals(events[2], { event: "result", line: 1, ...progress });
});

Deno.test("with JSON, what a terminal would act on is escaped, and has the same value", async () => {
  await using server = new FakeServer();
  const { input, stdout, stderr, verdict } = start(server, { isJson: true });
  const peer = await server.seat();
  const hostile = "\x1b[2J \x7f \x9b2J \u202e \u2066 \u061c \ufeff \u2028 \ud800";
  const result = { ...RESULT, name: hostile, stdout: hostile };
  input.write("uptime\n");
  await answerRun(peer, [result]);
  input.write('{"jsonrpc":"2.0","id":1,"method":"run","params":{"command":"uptime"}}\n');
  await answerRun(peer, [result]);
  input.write(`${hostile}\n`);
  await answerRun(peer, []);
  await peer.notify("promoted", { rank: 0, was: 1, epoch: 4, members: 1, note: hostile });
  input.end();
  assertEquals(await verdict, "ok");
  const lines = (stdout.rest + stderr.rest).trimEnd().split("\n");
  assert(lines.every(isVisible), lines.filter((line) => !isVisible(line)).join("\n"));
  assertEquals(JSON.parse(lines[0]!).result.results[0], result);
});

Deno.test("requests of JSON-RPC keep their ids, in their results and their cancels too", async () => {
  await using server = new FakeServer();
  const { input, stdout, verdict } = start(server, { isJson: true });
  const peer = await server.seat();
  input.write('{"jsonrpc":"2.0","id":"mine","method":"run","params":{"command":"uptime"}}\n');
  const run = await peer.nextWith("run");
  await peer.notify("result", { run: run.id, ...RESULT });
  assertEquals((await stdout.nextWith("method")).params, { run: "mine", ...RESULT });
  input.write('{"jsonrpc":"2.0","id":2,"method":"cancel","params":{"run":"mine"}}\n');
  const cancel = await peer.nextWith("cancel");
  assertEquals(cancel.params, { run: run.id });
  await peer.send({ id: cancel.id, result: {} });
  assertEquals(await stdout.nextWith("jsonrpc"), { jsonrpc: "2.0", id: 2, result: {} });
  await peer.send({ id: run.id, error: { code: -32004, message: "no", data: { reason: "outranked" } } });
  assertEquals(await stdout.nextWith("jsonrpc"), {
    jsonrpc: "2.0",
    id: "mine",
    error: { code: -32004, message: "no", data: { reason: "outranked" } },
  });
  input.end();
  assertEquals(await verdict, "refused");
});

Deno.test("so many requests are under way at once, and standard input is not read meanwhile", async () => {
  await using server = new FakeServer();
  const { input, verdict } = start(server, { isJson: true });
  const peer = await server.seat();
  for (let id = 0; id < 3; id++) input.write(`{"jsonrpc":"2.0","id":${id},"method":"roster"}\n`);
  input.end();
  const first = await peer.nextWith("roster");
  const second = await peer.nextWith("roster");
  // The third one would come before this answer, were it sent already.
  await peer.send({ id: "p", method: "ping" });
  assertEquals((await peer.next()).id, "p");
  await peer.send({ id: second.id, result: ROSTER });
  const third = await peer.nextWith("roster");
  await peer.send({ id: first.id, result: ROSTER });
  await peer.send({ id: third.id, result: ROSTER });
  assertEquals(await verdict, "ok");
});

Deno.test("a line that cannot be understood is told with its number, and the next one is read", async () => {
  await using server = new FakeServer();
  const text = `run "open\n/nope\n{"jsonrpc":"2.0"}\n${"x".repeat(300)}\nuptime\n`;
  const { stderr, verdict } = start(server, { text });
  const peer = await server.seat();
  await answerRun(peer, [RESULT]);
  assertEquals(await verdict, "usage");
  const refusals = stderr.rest.split("\n").filter((line) => line.includes("Not sent"));
  assertEquals(refusals.map((line) => line.split(":")[0]), ["Line 1", "Line 2", "Line 3", "Line 4"]);
});

Deno.test("the same with JSON: the error has the line's number and text", async () => {
  await using server = new FakeServer();
  const { stdout, verdict } = start(server, { isJson: true, text: "/nope\n{]\n[]\n" });
  await server.seat();
  assertEquals(await verdict, "usage");
  const lines = stdout.rest.trimEnd().split("\n").map((line) => JSON.parse(line));
  const [slash, noJson, batch] = lines.filter((line) => "error" in line);
  assertEquals([slash.line, slash.text, slash.error.data.reason], [1, "/nope", "invalid_request"]);
  assertEquals([noJson.id, noJson.error.code], [null, -32700]);
  assertEquals([batch.id, batch.error.code], [null, -32600]);
});

Deno.test("a command that an executor refuses, and one that the server does, are told from one that failed", async () => {
  for (
    const { result, expected } of [
      { result: { ...RESULT, status: "refused" }, expected: "refused" },
      { result: { ...RESULT, status: "timed_out" }, expected: "failed" },
      { result: { ...RESULT, status: "delivered" }, expected: "delivered" },
    ]
  ) {
    await using server = new FakeServer();
    const { verdict } = start(server, { text: "uptime" });
    await answerRun(await server.seat(), [result]);
    assertEquals(await verdict, expected);
  }
  await using server = new FakeServer();
  const { stderr, verdict } = start(server, { text: "uptime" });
  const peer = await server.seat();
  const { id } = await peer.nextWith("run");
  await peer.send({ id, error: { code: -32005, message: "nobody", data: { reason: "no_recipient" } } });
  assertEquals(await verdict, "refused");
  assertStringIncludes(stderr.rest, "Refused: nobody (no_recipient)");
});

Deno.test("a pipe that loses its connection ends, and says what is lost", async () => {
  await using server = new FakeServer();
  const { stderr, verdict } = start(server, { text: "uptime\nuptime\n" });
  const peer = await server.seat();
  await peer.nextWith("run");
  await peer.close();
  assertEquals(await verdict, "lost");
  assertStringIncludes(stderr.rest, "The connection was lost");
});

Deno.test("a pipe ends at the end of its input, a client that stays does not", async () => {
  await using server = new FakeServer();
  const { stderr, leaving, verdict } = start(server, { mayStay: true, text: "" });
  const peer = await server.seat();
  await peer.notify("promoted", { rank: 0, was: 1, epoch: 4, members: 1 });
  while (!(await stderr.next()).includes("Promoted"));
  leaving.abort();
  await peer.ended();
  assertEquals(await verdict, "ok");
});

Deno.test("leaving does not wait for what is under way, nor for the end of the input", async () => {
  await using server = new FakeServer();
  const { input, leaving, verdict } = start(server);
  const peer = await server.seat();
  input.write("uptime\n");
  await peer.nextWith("run");
  leaving.abort();
  await peer.ended();
  await verdict;
});

Deno.test("when nobody reads standard output any more, the pipe ends without a word", async () => {
  await using server = new FakeServer();
  const { input, stdout, stderr, verdict } = start(server);
  const peer = await server.seat();
  stdout.isBroken = true;
  input.write("/who\n");
  const { id } = await peer.nextWith("roster");
  await peer.send({ id, result: { epoch: 1, capacity: 2, you: 0, members: [] } });
  await verdict;
  assert(!stderr.rest.includes("roken"), stderr.rest);
});

Deno.test("when nobody reads standard error, commands are carried out all the same, and the pipe ends", async () => {
  await using server = new FakeServer();
  const session = openClient({ host: "127.0.0.1", port: server.port, limits: LIMITS });
  const stdout = new Printed();
  const never: Sink = { write: () => new Promise(() => {}) };
  const verdict = new Pipe({
    session,
    input: new Blob(["/what\nuptime\n"]).stream(),
    stdout: new LineOutput(stdout, 1_000_000),
    // No room for a second line.
    stderr: new LineOutput(never, 1),
    signal: new AbortController().signal,
    isJson: false,
    mayStay: false,
    bounds: BOUNDS,
  }).run();
  const peer = await server.seat();
  assertEquals((await answerRun(peer, [RESULT])).command, "uptime");
  assertEquals(await verdict, "usage");
  assertStringIncludes(stdout.rest, "up 3 days");
});

Deno.test("questions with a slash are answered in plain lines", async () => {
  await using server = new FakeServer();
  const { stdout, verdict } = start(server, {
    text: "/who\n/commands\n/dry uptime\n/yield\n/quit\nuptime\n",
  });
  const peer = await server.seat();
  const member = { rank: 0, ticket: 7, name: "web1", address: "127.0.0.1:9", since: "2026-01-01T00:00:00Z" };
  const { id } = await peer.nextWith("roster");
  await peer.send({ id, result: { epoch: 1, capacity: 2, you: 0, members: [member] } });
  await peer.send({ id: (await peer.nextWith("commands")).id, result: { commands: [COMMANDS[0]] } });
  const dry = await peer.nextWith("run");
  assertEquals((dry.params as Json).dry_run, true);
  const target = { rank: 2, would_run: true };
  await peer.send({ id: dry.id, result: { dry_run: true, accepted: true, executors: 1, results: [target] } });
  await peer.send({ id: (await peer.nextWith("yield")).id, result: { ...WELCOME, rank: 4, ticket: 20 } });
  assertEquals(await verdict, "ok");
  assertMatch(stdout.rest, /web1.*127\.0\.0\.1:9/);
  assertStringIncludes(
    stdout.rest,
    "uptime\nuptime would be sent to 1\nRank 2: would receive it\nNow rank 4",
  );
});

const COMMANDS = [
  { name: "uptime", timeout_ms: 30_000 },
  {
    name: "restart",
    description: "Restart a\x1b[2J service",
    args: [
      { name: "service", one_of: ["nginx", "postgres"], max_bytes: 9 },
      { name: "count", integer: true, min: 1, max: 3, optional: true, max_bytes: 9 },
    ],
    timeout_ms: 20_000,
  },
  { name: "\x1b[2Jevil", args: [{ name: "file", max_bytes: 9, rest: true }], timeout_ms: 1 },
];

Deno.test("/commands in a pipe says what may be sent, with arguments and descriptions", async () => {
  await using server = new FakeServer();
  const { stdout, verdict } = start(server, { text: "/commands\n" });
  const peer = await server.seat();
  await peer.send({ id: (await peer.nextWith("commands")).id, result: { commands: COMMANDS } });
  assertEquals(await verdict, "ok");
  assertEquals(
    stdout.rest,
    "uptime\nrestart nginx|postgres [COUNT]  Restart a\\x1b[2J service\n\\x1b[2Jevil FILE...\n",
  );
});

Deno.test("/commands in a pipe with JSON is the server's own description", async () => {
  await using server = new FakeServer();
  const { stdout, verdict } = start(server, { text: "/commands\n", isJson: true });
  const peer = await server.seat();
  await peer.send({ id: (await peer.nextWith("commands")).id, result: { commands: COMMANDS } });
  assertEquals(await verdict, "ok");
  assertEquals(JSON.parse(stdout.rest), { line: 1, text: "/commands", result: { commands: COMMANDS } });
});

Deno.test("a cancel of what is not under way here is refused, and does not reach the server", async () => {
  await using server = new FakeServer();
  const { input, stdout, verdict } = start(server, { isJson: true });
  const peer = await server.seat();
  input.write('{"jsonrpc":"2.0","id":1,"method":"cancel","params":{"run":2}}\n');
  input.write('{"jsonrpc":"2.0","method":"cancel","params":{"run":2}}\n');
  // A cancel would come before this request.
  input.write('{"jsonrpc":"2.0","id":"mine","method":"run","params":{"command":"uptime"}}\n');
  const run = await peer.nextWith("run");
  const { error } = await stdout.nextWith("jsonrpc");
  assertEquals((error as Json).data, { reason: "invalid_params" });
  input.write('{"jsonrpc":"2.0","method":"cancel","params":{"run":"mine"}}\n');
  assertEquals((await peer.nextWith("cancel")).params, { run: run.id });
  await peer.send({ id: run.id, result: summary([]) });
  input.end();
  assertEquals(await verdict, "refused");
});

Deno.test("comments and empty lines in a piped script are no commands", async () => {
  await using server = new FakeServer();
  const { verdict, stderr } = start(server, {
    text: "#!/usr/bin/env -S rankclient\n\n  # the web servers\nuptime\n",
  });
  const peer = await server.seat();
  assertEquals(await answerRun(peer, [RESULT]), { command: "uptime", args: [] });
  assertEquals([await verdict, stderr.rest.includes("not sent")], ["ok", false]);
});

Deno.test("a misspelt command or word in a pipe is answered with the one that was meant", async () => {
  await using server = new FakeServer();
  const { stderr, verdict } = start(server, { text: "uptme\n/rooster\n/zzz\n/watch\n" });
  const peer = await server.seat();
  const run = await peer.nextWith("run");
  const data = { reason: "not_allowed", rule: "commands" };
  await peer.send({ id: run.id, error: { code: -32003, message: "uptme is not allowed", data } });
  assertEquals(await verdict, "refused");
  assertStringIncludes(stderr.rest, 'Refused: uptme is not allowed; did you mean "uptime"? (not_allowed)\n');
  assertStringIncludes(stderr.rest, 'Line 2: Not sent: Unknown word "/rooster"; did you mean "/roster"?\n');
  assertStringIncludes(stderr.rest, 'Line 3: Not sent: Unknown word "/zzz"; /help lists all words\n');
  assertStringIncludes(stderr.rest, 'Line 4: Not sent: /watch needs "on" or "off": /watch on, /watch off\n');
});

Deno.test("help in a pipe is the help, unless it is an allowed command, and /name takes another name", async () => {
  for (const commands of [["uptime"], ["help"]]) {
    await using server = new FakeServer();
    const { stdout, verdict } = start(server, { text: "help\n/name Ada\n" });
    const peer = await server.seat({ ...WELCOME, commands });
    if (commands[0] === "help") assertEquals((await answerRun(peer, [RESULT])).command, "help");
    const hello = await peer.nextWith("hello");
    assertEquals(hello.params, { name: "Ada" });
    await peer.send({ id: hello.id, result: { ...WELCOME, commands } });
    assertEquals(await verdict, "ok");
    assertEquals(stdout.rest.includes("/roster, /who"), commands[0] !== "help");
    assertStringIncludes(stdout.rest, 'Your name is now "Ada"\n');
  }
});
