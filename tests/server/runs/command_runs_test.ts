// Runs over real sockets: one status for every executor (G7), the answer with the last of them (G8).

import { assert, assertEquals, assertLess, assertStringIncludes } from "@std/assert";
import { type Json, RawClient } from "../../support/server/raw_client.ts";
import { startServer, type TestServer } from "../../support/server/start_server.ts";

/** An issuer and so many executors, each with its index as its name. */
class Crew implements AsyncDisposable {
  private constructor(
    readonly server: TestServer,
    readonly issuer: RawClient,
    readonly executors: RawClient[],
  ) {}

  static async join(executors: number, toml = ""): Promise<Crew> {
    const server = await startServer({ toml: `max_clients = 500\n${toml}` });
    const issuer = await RawClient.join(server.port);
    const below: RawClient[] = [];
    for (let i = 0; i < executors; i++) below.push(await RawClient.join(server.port));
    return new Crew(server, issuer, below);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.all([this.issuer, ...this.executors].map((client) => client.close()));
    await this.server.stop();
  }
}

const STATUSES = ["ok", "failed", "refused", "delivered", "timed_out", "lost", "cancelled"];

/** G7: the statuses are those of the list, the counts are right, and they add up. */
function assertAddsUp(summary: Json): void {
  for (const status of STATUSES) {
    const count = summary.results.filter((result: Json) => result.status === status).length;
    assertEquals(summary[status], count, status);
  }
  assertEquals(STATUSES.reduce((sum, status) => sum + summary[status], 0), summary.executors);
  assertEquals(summary.results.length, summary.executors);
}

const statusesOf = (summary: Json): string[] => summary.results.map((result: Json) => result.status);

const UNREADABLE = [
  '{"id":ID,"result":{"code":0}}',
  '{"jsonrpc":"1.0","id":ID,"result":{"code":0}}',
  '{"jsonrpc":"2.0","id":ID,"error":"boom"}',
  '{"jsonrpc":"2.0","id":ID,"error":null}',
  '{"jsonrpc":"2.0","id":ID,"error":{"message":"boom"}}',
  '{"jsonrpc":"2.0","id":ID,"result":{"code":0},"error":{"code":1,"message":"boom"}}',
  '{"jsonrpc":"2.0","id":ID,"method":null,"error":"boom"}',
  '[{"jsonrpc":"2.0","id":ID,"error":"boom"}]',
];

Deno.test("G7, G8: an unreadable response is a failure with a reason right away, and is never answered", async () => {
  await using crew = await Crew.join(1);
  const { issuer, executors: [executor] } = crew;
  for (const response of UNREADABLE) {
    const run = issuer.ask("run", { command: "uptime" });
    const { id } = await executor!.message("execute");
    executor!.sendBytes(response.replace("ID", String(id)) + "\n");
    const { result } = await issuer.answer(run);
    assertAddsUp(result);
    assertEquals(statusesOf(result), ["failed"], response);
    assertStringIncludes(result.results[0].reason, "Invalid response: ");
    // The id is one of the executor's own as well.
    executor!.sendBytes(`{"jsonrpc":"2.0","id":${id},"method":"ping"}\n`);
    assertEquals((await executor!.next()).json, { jsonrpc: "2.0", id, result: {} });
  }
  for (const id of ["99", '"ping"', "{}"]) executor!.sendBytes(UNREADABLE[0]!.replace("ID", id) + "\n");
  await executor!.settled();
  assertEquals(executor!.lines.filter(({ json }) => json.error !== undefined), []);
});

Deno.test("a response in the form of JSON-RPC 1.0 is read", async () => {
  await using crew = await Crew.join(1);
  const { issuer, executors: [executor] } = crew;
  for (const version of ['"jsonrpc":"2.0",', ""]) {
    const run = issuer.ask("run", { command: "uptime" });
    const { id } = await executor!.message("execute");
    executor!.sendBytes(`{${version}"id":${id},"result":{"code":0},"error":null}\n`);
    assertEquals(statusesOf((await issuer.answer(run)).result), ["ok"]);
  }
});

Deno.test("G7, G8: every executor has one status, and the answer comes with the last", async () => {
  await using crew = await Crew.join(6);
  const { issuer, executors } = crew;
  const run = issuer.ask("run", { command: "uptime", args: ["-p"] });
  const ids = await Promise.all(executors.map(async (executor) => (await executor.message("execute")).id));
  const [ok, failed, refused, could, killed, garbled] = executors as [RawClient, ...RawClient[]];
  ok!.respond(ids[0], { code: 0, stdout: "up\n", stderr: "warning\n" });
  failed!.respond(ids[1], { code: 3, stderr: "no\n" });
  refused!.send({ jsonrpc: "2.0", id: ids[2], error: { code: -32003, message: "not in my file" } });
  could!.send({ jsonrpc: "2.0", id: ids[3], error: { code: -32603, message: "no such program" } });
  killed!.respond(ids[4], { code: 137, signal: "SIGKILL" });
  for (let i = 0; i < 5; i++) await issuer.note("result");
  assertEquals(issuer.lines.some(({ json }) => json.id === run), false);
  garbled!.respond(ids[5], "done!");

  const { result } = await issuer.answer(run);
  assertAddsUp(result);
  assertEquals(statusesOf(result), ["ok", "failed", "refused", "failed", "failed", "failed"]);
  assertEquals(result.results[0].stdout, "up\n");
  assertEquals(result.results[0].stderr, "warning\n");
  assertEquals(result.results[1].code, 3);
  assertEquals(result.results[2].reason, "not in my file");
  assertEquals(result.results[4].signal, "SIGKILL");
  // The last result and the answer are neighbours: nothing was waited for in between.
  assertEquals(issuer.lines.at(-1)!.json.id, run);
  assertEquals(issuer.lines.at(-2)!.json.method, "result");
  assertEquals(issuer.notes("result").every((note) => note.run === run), true);
});

Deno.test("G8: an executor that disconnects is lost immediately, however it disconnects", async () => {
  await using crew = await Crew.join(3);
  const { issuer, executors, server } = crew;
  const run = issuer.ask("run", { command: "uptime", timeout_ms: 30_000 });
  await Promise.all(executors.map((executor) => executor.note("execute")));
  await executors[0]!.close();
  await executors[1]!.reset();
  executors[2]!.halfClose();
  const { result } = await issuer.answer(run, 5_000);
  assertAddsUp(result);
  assertEquals(statusesOf(result), ["lost", "lost", "lost"]);
  assertLess(server.eventsOf("run_ended")[0]!.ms, 5_000);
});

Deno.test("a run that takes too long: the missing executors are timed_out, and sent a cancel", async () => {
  await using crew = await Crew.join(3);
  const { issuer, executors } = crew;
  const run = issuer.ask("run", { command: "uptime", timeout_ms: 60 });
  const ids = await Promise.all(executors.map(async (executor) => (await executor.message("execute")).id));
  executors[1]!.respond(ids[1], { code: 0 });
  const { result } = await issuer.answer(run);
  assertAddsUp(result);
  assertEquals(statusesOf(result), ["timed_out", "ok", "timed_out"]);
  for (const i of [0, 2]) assertEquals((await executors[i]!.note("cancel")).id, ids[i]);
  // Too late: dropped without notice.
  executors[0]!.respond(ids[0], { code: 0 });
  await executors[0]!.settled();
  await issuer.settled();
  assertEquals(issuer.notes("result").length, 3);
  assertEquals(executors[1]!.notes("cancel"), []);
});

Deno.test("a run that its issuer cancels: the missing executors are cancelled, and sent a cancel", async () => {
  await using crew = await Crew.join(3);
  const { issuer, executors } = crew;
  const run = issuer.ask("run", { command: "uptime" });
  const ids = await Promise.all(executors.map(async (executor) => (await executor.message("execute")).id));
  executors[0]!.respond(ids[0], { code: 0 });
  await issuer.note("result");
  assertEquals((await issuer.request("cancel", { run })).result, {});
  const { result } = await issuer.answer(run);
  assertAddsUp(result);
  assertEquals(statusesOf(result), ["ok", "cancelled", "cancelled"]);
  for (const i of [1, 2]) assertEquals((await executors[i]!.note("cancel")).id, ids[i]);
  assertEquals((await issuer.request("cancel", { run })).error.data.reason, "invalid_params");
});

Deno.test("of an id that names no run the answer shows the beginning, and nothing of it acts", async () => {
  await using crew = await Crew.join(1);
  const { error } = await crew.issuer.request("cancel", { run: `\u009b${"x".repeat(10_000)}` });
  assertEquals(error.data.reason, "invalid_params");
  assert(error.message.length < 200, error.message);
  assertStringIncludes(error.message, "\\x9bxxx");
});

Deno.test("no client can cancel the run of another", async () => {
  await using crew = await Crew.join(2);
  const { issuer, executors } = crew;
  const run = issuer.ask("run", { command: "uptime" });
  const ids = await Promise.all(executors.map(async (executor) => (await executor.message("execute")).id));
  for (const guess of [run, ids[0], String(run), null]) {
    assertEquals((await executors[0]!.request("cancel", { run: guess })).error.data.reason, "invalid_params");
  }
  for (const [i, executor] of executors.entries()) executor.respond(ids[i], { code: 0 });
  assertEquals(statusesOf((await issuer.answer(run)).result), ["ok", "ok"]);
});

for (const how of ["close", "reset", "halfClose"] as const) {
  Deno.test(`an issuer's departure (${how}) cancels its runs and leaves nothing behind`, async () => {
    await using crew = await Crew.join(4);
    const { issuer, executors, server } = crew;
    for (let i = 0; i < 3; i++) issuer.ask("run", { command: "uptime" });
    for (const executor of executors) {
      for (let i = 0; i < 3; i++) await executor.note("execute");
    }
    await issuer[how]();
    for (const executor of executors) {
      for (let i = 0; i < 3; i++) await executor.note("cancel");
      await executor.note("promoted");
    }
    const ends = server.eventsOf("run_ended");
    assertEquals(ends.map(({ counts }) => counts.cancelled), [4, 4, 4]);
    await server.stop();
    assertEquals(server.eventsOf("draining")[0]!.runs, 0);
  });
}

Deno.test("the issuer's id decides: it may be a text, and is free again after the end", async () => {
  await using crew = await Crew.join(1);
  const { issuer, executors } = crew;
  const run = { jsonrpc: "2.0", id: "my run", method: "run", params: { command: "uptime" } };
  for (let round = 0; round < 2; round++) {
    issuer.send(run);
    const { id } = await executors[0]!.message("execute");
    issuer.send(run);
    const again = await issuer.next(({ json }) => json.id === "my run");
    assertEquals(again.json.error.data.reason, "invalid_request");
    executors[0]!.respond(id, { code: 0 });
    assertEquals((await issuer.next(({ json }) => json.id === "my run")).json.result.ok, 1);
  }
});

Deno.test("runs in flight have a limit, for one issuer and for all", async () => {
  await using crew = await Crew.join(3, "[limits]\nruns_per_issuer = 2\nruns_total = 3");
  const { issuer, executors } = crew;
  const second = executors[0]!;
  for (let i = 0; i < 2; i++) issuer.ask("run", { command: "uptime", to: [3] });
  const third = await issuer.request("run", { command: "uptime", to: [3] });
  assertEquals(third.error.data, { reason: "rate_limited", limit: 2 });
  second.ask("run", { command: "uptime", to: [3] });
  assertEquals((await second.request("run", { command: "uptime", to: [3] })).error.data, {
    reason: "rate_limited",
    limit: 3,
  });
  const { id } = await executors[2]!.message("execute");
  executors[2]!.respond(id, { code: 0 });
  await issuer.note("result");
  second.ask("run", { command: "uptime", to: [3] });
  for (let i = 0; i < 3; i++) await executors[2]!.message("execute");
});

Deno.test("a dry run names every target and its rule, and sends nothing", async () => {
  await using crew = await Crew.join(3);
  const { executors } = crew;
  const middle = executors[1]!;
  const { result } = await middle.request("run", { command: "uptime", to: [0, 2, 3, 9], dry_run: true });
  assertEquals(result.results.map(({ rank, would_run, reason }: Json) => [rank, would_run, reason]), [
    [0, false, "outranked"],
    [2, false, "outranked"],
    [3, true, undefined],
    [9, false, "no_recipient"],
  ]);
  assertEquals(result.accepted, false);
  const wrong = await middle.request("run", { command: "nonsense", dry_run: true });
  assertEquals(wrong.result.results[0].reason, "not_allowed");
  await executors[2]!.settled();
  assertEquals(executors[2]!.notes("execute"), []);
});

Deno.test("an executor that answers twice, or answers what it was not asked, changes nothing", async () => {
  await using crew = await Crew.join(4);
  const { issuer, executors } = crew;
  const [hostile, victim, ...others] = executors as [RawClient, RawClient, ...RawClient[]];
  const run = issuer.ask("run", { command: "uptime", to: [1, 2] });
  const narrow = issuer.ask("run", { command: "uptime", to: [2] });
  const { id } = await hostile.message("execute");
  const wide = (await victim.message("execute")).id;
  const other = (await victim.message("execute")).id;
  hostile.respond(id, { code: 0, stdout: "first" });
  hostile.respond(id, { code: 1, stdout: "second" });
  // The run of another, runs that never were, and ids of every form.
  for (const strange of [other, id + 1_000, -1, 0.5, String(id), String(other), null, "__proto__"]) {
    hostile.respond(strange, { code: 0, stdout: "forged" });
    others[0]!.respond(strange, { code: 0, stdout: "forged" });
  }
  others[1]!.respond(id, { code: 0, stdout: "forged" });
  await Promise.all([hostile, ...others].map((client) => client.settled()));
  await issuer.settled();
  assertEquals(issuer.notes("result").map(({ rank, stdout }) => [rank, stdout]), [[1, "first"]]);

  victim.respond(wide, { code: 7 });
  victim.respond(other, { code: 0, stdout: "mine" });
  assertEquals(statusesOf((await issuer.answer(run)).result), ["ok", "failed"]);
  const { result } = await issuer.answer(narrow);
  assertEquals(result.results.map(({ rank, stdout }: Json) => [rank, stdout]), [[2, "mine"]]);
});

Deno.test("an executor's garbage is a failed run, and the executor stays", async () => {
  await using crew = await Crew.join(1);
  const { issuer, executors } = crew;
  const executor = executors[0]!;
  const garbage = [
    null,
    [],
    {},
    { code: "0" },
    { code: 1.5 },
    { code: 1e300 },
    { code: 0, stdout: 5 },
    { code: 0, stderr: {} },
    { code: 0, signal: [] },
  ];
  for (const answer of garbage) {
    const run = issuer.ask("run", { command: "uptime" });
    executor.respond((await executor.message("execute")).id, answer);
    const { result } = await issuer.answer(run);
    assertAddsUp(result);
    assertEquals(result.failed, 1, JSON.stringify(answer));
    assert(result.results[0].reason.startsWith("Invalid response: "), JSON.stringify(result));
  }
  assertEquals((await executor.request("roster")).result.members.length, 2);
});

Deno.test("a megabyte of output is cut, and said to be cut; the issuer and the others go on", async () => {
  await using crew = await Crew.join(3);
  const { issuer, executors } = crew;
  const run = issuer.ask("run", { command: "uptime" });
  const [id] = await Promise.all(executors.map(async (executor) => (await executor.message("execute")).id));
  executors[0]!.respond(id, { code: 0, stdout: "ü".repeat(400_000), stderr: "e" });
  // The second goes over the longest line, and so cannot be read.
  executors[1]!.respond(id, { code: 0, stdout: "x".repeat(1_100_000) });
  executors[2]!.respond(id, { code: 0 });
  const { result } = await issuer.answer(run);
  assertEquals(statusesOf(result), ["ok", "failed", "ok"]);
  assertEquals(result.results[0].cut, true);
  assertEquals(result.results[0].stdout, "ü".repeat(65_536 / 2));
  assertStringIncludes(result.results[1].reason, "exceeds the limit of 1048576 bytes");
});

// What an executor sends is longer as JSON than it was: a control character takes six bytes. What it may send beside its
// output, a signal and a reason, was not counted at all. Enough of either closed the issuer as a slow reader.
for (
  const [name, answer] of [
    ["control characters", {
      result: { code: 0, stdout: "\x01".repeat(65_536), stderr: "\x01".repeat(65_536) },
    }],
    ["an endless signal", { result: { code: 1, signal: "S".repeat(900_000) } }],
    ["an endless reason", { error: { code: -32603, message: "\x01".repeat(100_000) } }],
  ] as const
) {
  Deno.test(`executors that answer with ${name} do not cost their issuer its seat`, async () => {
    const limits = "outbox_bytes = 2097152\nrun_output_bytes = 524288";
    await using crew = await Crew.join(30, `[limits]\n${limits}`);
    const { issuer, executors, server } = crew;
    const run = issuer.ask("run", { command: "uptime" });
    const ids = await Promise.all(executors.map(async (executor) => (await executor.message("execute")).id));
    for (const [i, executor] of executors.entries()) {
      executor.send({ jsonrpc: "2.0", id: ids[i], ...answer });
    }
    const { result } = await issuer.answer(run);
    assertAddsUp(result);
    assertEquals(server.eventsOf("client_left"), []);
    assertLess(JSON.stringify(result).length, 1_048_576);
  });
}

Deno.test("G7: an issuer is sent the results that it asks for, one by one and in the answer, and all of them are counted", async () => {
  await using crew = await Crew.join(3);
  const { issuer, executors } = crew;
  const wanted = [["all", [1, 2, 3]], ["not_ok", [2, 3]], ["none", []], [undefined, [1, 2, 3]]] as const;
  for (const [results, ranks] of wanted) {
    const before = issuer.notes("result").length;
    const run = issuer.ask("run", { command: "uptime", results });
    const codes = [0, 1];
    for (const [i, code] of codes.entries()) {
      const { id } = await executors[i]!.message("execute");
      executors[i]!.send({ jsonrpc: "2.0", id, result: { code } });
    }
    const { id } = await executors[2]!.message("execute");
    executors[2]!.send({ jsonrpc: "2.0", id, error: { code: -32003, message: "no" } });
    const { result } = await issuer.answer(run);
    assertEquals([result.executors, result.ok, result.failed, result.refused], [3, 1, 1, 1]);
    assertEquals(result.results.map(({ rank }: Json) => rank), ranks);
    assertEquals(issuer.notes("result").slice(before).map(({ rank }) => rank).sort(), [...ranks]);
  }
});

Deno.test("an output that its issuer does not ask for takes nothing from the limit of those that it does", async () => {
  await using crew = await Crew.join(2, "[limits]\noutput_bytes = 1024\nrun_output_bytes = 1024");
  const { issuer, executors } = crew;
  const run = issuer.ask("run", { command: "uptime", results: "not_ok" });
  for (const [i, code] of [0, 1].entries()) {
    const { id } = await executors[i]!.message("execute");
    executors[i]!.send({ jsonrpc: "2.0", id, result: { code, stdout: "x".repeat(1_000) } });
    if (i === 0) await executors[0]!.settled();
  }
  const { result } = await issuer.answer(run);
  assertEquals(result.results.map(({ rank, stdout, cut }: Json) => [rank, stdout.length, cut]), [[
    2,
    1_000,
    undefined,
  ]]);
});
