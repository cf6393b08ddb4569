// The end in good order, and the ends of the process: signals, exit codes, what is said.

import { assert, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { RawClient } from "../../support/server/raw_client.ts";
import { FROM_SOURCES, portOf, ServerProcess } from "../../support/programs/start_process.ts";
import { startServer } from "../../support/server/start_server.ts";

for (const signal of ["SIGTERM", "SIGINT"] as const) {
  Deno.test(`${signal} drains: runs in flight end, everybody is told, nobody is seated, exit code 0`, async () => {
    await using server = await ServerProcess.start();
    await using issuer = await RawClient.join(server.port);
    await using executor = await RawClient.join(server.port);
    await using person = await RawClient.join(server.port);
    person.send("/who");
    await person.text("3 of 20 seats");

    const run = issuer.ask("run", { command: "uptime", to: [1] });
    const { id } = await executor.message("execute");
    server.signal(signal);
    await server.line(`Shutting down (${signal}): 3 clients, 1 run in flight`);
    assertEquals((await issuer.request("run", { command: "uptime" })).error.data.reason, "unavailable");
    assertEquals(executor.notes("closing"), []);
    executor.respond(id, { code: 0 });

    assertEquals((await issuer.answer(run)).result.ok, 1);
    for (const client of [issuer, executor]) assertEquals((await client.note("closing")).reason, "shutdown");
    await person.text("Closing: The server is shutting down");
    for (const client of [issuer, executor, person]) {
      assertEquals(await client.ended(), "end of stream");
      await client.close();
    }
    const { code, stdout } = await server.exit();
    assertEquals(code, 0);
    assertMatch(stdout, /Server stopped\n$/);
  });
}

Deno.test("a drain does not wait for ever: what is in flight after drain_ms is cancelled", async () => {
  await using server = await startServer({ toml: "[limits]\ndrain_ms = 50" });
  await using issuer = await RawClient.join(server.port);
  await using executor = await RawClient.join(server.port);
  const run = issuer.ask("run", { command: "uptime" });
  await executor.message("execute");
  const stopped = server.stop();
  assertEquals((await issuer.answer(run)).result.cancelled, 1);
  await executor.note("cancel");
  await executor.note("closing");
  await stopped;
});

Deno.test("a drain does not wait for a client that does not read or does not close", async () => {
  await using server = await startServer({ toml: "[limits]\nlinger_ms = 50" });
  await using issuer = await RawClient.join(server.port);
  await using stalled = await RawClient.join(server.port);
  stalled.stall();
  const filling = "x".repeat(4_000);
  for (let i = 0; i < 1_500; i++) issuer.notify("run", { command: "uptime", args: [filling] });
  await issuer.settled();
  await server.stop();
  assertEquals(server.eventsOf("stopped").length, 1);
});

for (const [first, signal, code] of [["SIGINT", "SIGTERM", 143], ["SIGTERM", "SIGINT", 130]] as const) {
  Deno.test(`a ${signal} after a ${first} ends the process at once with ${code}`, async () => {
    await using server = await ServerProcess.start();
    await using issuer = await RawClient.join(server.port);
    await using executor = await RawClient.join(server.port);
    issuer.ask("run", { command: "uptime" });
    await executor.note("execute");
    server.signal(first);
    await server.line("Shutting down");
    server.signal(signal);
    assertEquals((await server.exit(4_000)).code, code);
  });
}

Deno.test("a port that is taken: exit code 1, and a sentence that says what to do", async () => {
  using taken = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const { port } = taken.addr as Deno.NetAddr;
  await using server = ServerProcess.spawn({ args: ["--port", String(port)] });
  const { code, stdout, stderr } = await server.exit();
  assertEquals([code, stdout], [1, ""]);
  assertEquals(
    stderr,
    `Cannot listen on 127.0.0.1 port ${port}: the port is in use; stop the other program, ` +
      "or choose another port with --port (0 picks a free one)\n",
  );
});

Deno.test("an address that this machine does not have: exit code 1 and what to try", async () => {
  await using server = ServerProcess.spawn({ args: ["--port", "0", "--host", "192.0.2.1"] });
  const { code, stderr } = await server.exit();
  assertEquals(code, 1);
  assertStringIncludes(stderr, "this machine does not have that address; use --host 127.0.0.1");
});

Deno.test("a configuration that is wrong: exit code 2, every problem with its file, line and column", async () => {
  const path = await Deno.makeTempFile({ suffix: ".toml" });
  await Deno.writeTextFile(
    path,
    'host = "127.0.0.1"\nprot = 6001\nmax_clients = "many"\n\n[limits]\n  line_bytes = 3\n',
  );
  await using server = ServerProcess.spawn({ args: ["--config", path] });
  const { code, stdout, stderr } = await server.exit();
  assertEquals([code, stdout], [2, ""]);
  assertStringIncludes(stderr, `${path}:2:1`);
  assertStringIncludes(stderr, '"port"');
  assertStringIncludes(stderr, `${path}:3:`);
  assertStringIncludes(stderr, `${path}:6:`);
  await using checked = ServerProcess.spawn({ args: ["--check", "--config", path] });
  assertEquals((await checked.exit()).code, 2);
  await Deno.writeTextFile(path, "max_clients = 3\n");
  await using valid = ServerProcess.spawn({ args: ["--check", "--config", path] });
  const { code: validCode, stdout: said } = await valid.exit();
  assertEquals([validCode, said], [0, `${path} is valid\n`]);
  await Deno.remove(path);
});

Deno.test("--help and --version answer and exit with 0; what is not understood exits with 2", async () => {
  const runs = await Promise.all(
    [["--help"], ["--version"], ["--prot", "1"], ["surplus"], ["--port", "x"], ["--config", "/nowhere.toml"]]
      .map(async (args) => {
        await using server = ServerProcess.spawn({ args });
        return await server.exit();
      }),
  );
  const [help, version, ...wrong] = runs as [typeof runs[0], typeof runs[0], ...typeof runs];
  assertEquals([help.code, help.stderr], [0, ""]);
  assertStringIncludes(help.stdout, "--max-clients");
  assertMatch(version.stdout, /^rankserver \d+\.\d+\.\d+ \(Deno \d+\.\d+\.\d+\)\n$/);
  for (const { code, stdout, stderr } of wrong) {
    assertEquals([code, stdout], [2, ""]);
    assertMatch(stderr, /\S/);
  }
  assertStringIncludes(wrong[0]!.stderr, "--port");
});

Deno.test("--port 0 prints the real port, and the first lines are those that scripts look for", async () => {
  await using server = await ServerProcess.start();
  assertMatch(server.output[0]!, /^Server started listening on IP address: 127\.0\.0\.1 and port: [1-9]\d*$/);
  await using client = await RawClient.join(server.port);
  await server.line(`Client ('127.0.0.1', ${client.port}) assigned rank 0`);
});

Deno.test("each line of the log begins with the time, unless the configuration leaves it out", async () => {
  const before = Date.now();
  await using timed = await ServerProcess.start();
  await using bare = await ServerProcess.start({ env: { RANKSERVER_LOG_TIME: "false" } });
  const [time, ...words] = timed.timedOutput[0]!.split(" ");
  assertMatch(time!, /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
  assert(Date.parse(time!) >= before && Date.parse(time!) <= Date.now());
  assertEquals(words.join(" "), timed.output[0]);
  assertMatch(bare.timedOutput[0]!, /^Server started listening on IP address: /);
});

Deno.test("log-format json: every line is a JSON object with its event", async () => {
  await using server = await ServerProcess.start({ args: ["--log-format", "json"] });
  const client = await RawClient.join(server.port);
  client.send("{nonsense");
  await client.next();
  await client.close();
  await server.line("client_left");
  const { stdout } = await server.stop();
  const events = stdout.trimEnd().split("\n").map((line) => JSON.parse(line).event);
  const expected = ["listening", "client_seated", "message_refused", "client_left", "draining", "stopped"];
  assertEquals(events, expected);
});

Deno.test("the reader of its output has gone: the server serves on, unwatched, and ends in good order", async () => {
  const [file, ...args] = FROM_SOURCES;
  const child = new Deno.Command(file!, {
    args: [...args, "--port", "0"],
    stdin: "null",
    stdout: "piped",
    stderr: "null",
  }).spawn();
  // As in `rankserver | head -1`: one line is read, then the pipe is closed.
  const reader = child.stdout.getReader();
  const { value } = await reader.read();
  await reader.cancel();
  try {
    for (let i = 0; i < 20; i++) {
      await using client = await RawClient.join(portOf(new TextDecoder().decode(value)));
      await client.settled();
    }
  } finally {
    child.kill("SIGTERM");
  }
  assertEquals((await child.status).code, 0);
});
