import { assert, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { parseAddress } from "../../../src/words/parse_address.ts";
import { ErrorCode } from "../../../src/protocol/json_rpc/errors.ts";
import { settlesWithin } from "../../../src/time/settles_within.ts";
import { CLIENT_PROGRAM, ClientProcess, runClient } from "../../support/client/client_process.ts";
import { EXECUTE, FakeServer, type Json, WELCOME } from "../../support/client/fake_server.ts";
import { isRunning, pidsIn, untilGone } from "../../support/client/processes.ts";

/** A folder for a configuration, a control socket, and a named pipe on which a program says that it runs. */
class Workplace implements AsyncDisposable {
  readonly folder = Deno.makeTempDirSync();
  readonly config = `${this.folder}/client.toml`;
  readonly control = `${this.folder}/control`;
  readonly signpost = `${this.folder}/signpost`;

  constructor(config = "") {
    Deno.writeTextFileSync(this.config, config.replaceAll("SIGNPOST", this.signpost));
    assert(new Deno.Command("mkfifo", { args: [this.signpost] }).outputSync().success);
  }

  /** What a program wrote to the named pipe. */
  read(): Promise<string> {
    return Deno.readTextFile(this.signpost);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Deno.remove(this.folder, { recursive: true });
  }
}

const STUBBORN = `
[run]
stubborn = ["sh", "-c", "exec 0<&-; trap '' TERM; sleep 1000 & printf 'pid %d\\\\npid %d\\\\n' $$ $! > SIGNPOST; wait; sleep 1000"]

[limits]
kill_after_ms = 200
`;

const COUNTS = { ok: 0, failed: 0, refused: 0, delivered: 0, timed_out: 0, lost: 0, cancelled: 0 };

Deno.test("what is before an @ in HOST may be a password, and no message repeats it", async () => {
  const form = "is not an address; write HOST, HOST:PORT or [::1]:PORT";
  const cases: [args: string[], message: string][] = [
    [["secret@host"], `"…@host" ${form}`],
    [["ada:secret@host:6001"], `"…@host:6001" ${form}`],
    [["secret@host:6001", "--port", "5"], `"…@host:6001" ${form}`],
    [["secret@host", "--check"], `"…@host" ${form}`],
    [["secret@[::1]:6001"], `"…@[::1]:6001" ${form}`],
    [["secret@host", "uptime"], "echo uptime | rankclient …@host"],
    [["127.0.0.1", "secret@host"], 'Unexpected argument "…@host"'],
  ];
  for (const [args, message] of cases) {
    const { code, stdout, stderr } = await runClient(args);
    assertStringIncludes(stderr, message);
    assert(!`${stdout}${stderr}`.includes("secret"), stderr);
    assertEquals(code, 2, stderr);
  }
});

Deno.test("wrong command lines and configurations are refused with a hint and exit code 2", async () => {
  await using place = new Workplace("prot = 6001\n");
  const cases: [args: string[], message: string][] = [
    [[], "for example: rankclient 127.0.0.1"],
    [["127.0.0.1", "uptime"], 'Unexpected argument "uptime"'],
    [["--jsn", "127.0.0.1"], "did you mean --json?"],
    [["127.0.0.1:6001", "--port", "6002"], "are different ports"],
    [["127.0.0.1:6001:"], "HOST"],
    [["127.0.0.1", "--config", place.config], "did you mean"],
    [["127.0.0.1", "--config", "/does/not/exist"], "cannot read the configuration file"],
    [["--via", "x", "--stay", "roster"], "--stay"],
    [["--via", "x", "restart"], "After --via PATH, use run COMMAND"],
    [["--via", "x", "run", "--json", "uptime"], "--json is not a command; flags go before run"],
    [["127.0.0.1", "--control", "/dev/shm/x"], "Deno cannot open a socket in /dev"],
  ];
  for (const [args, message] of cases) {
    const { code, stderr } = await runClient(args);
    assertStringIncludes(stderr, message);
    assertEquals(code, 2, stderr);
    if (message.startsWith("did you mean --json")) continue;
    const asJson = await runClient(["--json", ...args]);
    const { event, message: said } = JSON.parse(asJson.stderr);
    assertStringIncludes(said, message);
    assertEquals([asJson.code, asJson.stdout, event, said.includes("--help")], [2, "", "error", false]);
  }
});

Deno.test("with --json, whatever ends the client or may be a mistake is an event on standard error", async () => {
  await using server = new FakeServer();
  const at = `127.0.0.1:${server.port}`;
  const cases: [args: string[], code: number, message: string][] = [
    [
      ["--via", "/does/not/exist", "roster"],
      4,
      "the socket does not exist; start the client with the same --control",
    ],
    [[at, "--on-change", "/does/not/exist"], 127, 'Cannot run "/does/not/exist"'],
    [[at, "--lead", "--", "/does/not/exist"], 127, 'Cannot run "/does/not/exist"'],
    [[at, "--lead", "--on-change", "'", "--", "true"], 2, "--on-change cannot be read"],
    [[at, "--lead", "--control", "/dev/shm/x", "--", "true"], 2, "Deno cannot open a socket in /dev"],
  ];
  for (const [args, code, message] of cases) {
    const exit = await runClient(["--json", ...args]);
    const { event, message: said } = JSON.parse(exit.stderr);
    assertStringIncludes(said, message);
    assertEquals([exit.code, exit.stdout, event], [code, "", "error"]);
  }
  server.stopListening();
  // Set by container platforms for a service of that name.
  const exit = await runClient(["--json", at], { env: { RANKCLIENT_PORT: "tcp://10.0.0.1:6001" } });
  const events = exit.stderr.trimEnd().split("\n").map((line) => JSON.parse(line).event);
  assertEquals([exit.code, events], [4, ["warning", "disconnected"]]);
});

Deno.test("with --json, a failed hook is an event", async () => {
  await using server = new FakeServer();
  const at = `127.0.0.1:${server.port}`;
  const client = new ClientProcess(["--json", at, "--on-change", "false"]);
  await server.seat();
  await client.endInput();
  const { stderr } = await client.exit();
  const hooks = stderr.trimEnd().split("\n").map((line) => JSON.parse(line)).filter(({ event }) =>
    event === "hook"
  );
  assertEquals(hooks.length, 1, stderr);
  assertStringIncludes(hooks[0].message, "Hook failed: exit code 1");
});

Deno.test("--help, --version and --check answer on standard output", async () => {
  await using place = new Workplace(STUBBORN);
  const help = await runClient(["--help"]);
  assertEquals([help.code, help.stderr], [0, ""]);
  for (const word of ["Usage:\n  rankclient", "--via PATH", "refused"]) {
    assertStringIncludes(help.stdout, word);
  }
  assertMatch((await runClient(["--version"])).stdout, /^rankclient \d+\.\d+\.\d+ \(Deno \d+\.\d+\.\d+\)\n$/);
  const check = await runClient(["--check", "--config", place.config]);
  assertEquals([check.code, check.stdout], [0, `${place.config} is valid\n`]);
});

Deno.test("an address may name its port", () => {
  assertEquals(parseAddress("web1"), { host: "web1", port: undefined });
  assertEquals(parseAddress("web1:6002"), { host: "web1", port: "6002" });
  assertEquals(parseAddress("::1"), { host: "::1", port: undefined });
  assertEquals(parseAddress("fe80::1%eth0"), { host: "fe80::1%eth0", port: undefined });
  assertEquals(parseAddress("[::1]"), { host: "::1", port: undefined });
  assertEquals(parseAddress("[::1]:6002"), { host: "::1", port: "6002" });
  for (const text of ["", ":6001", "web1:", "web1:x", "[]:1", "[::1]x", "web1:6001:"]) {
    assertEquals(parseAddress(text), undefined, text);
  }
});

Deno.test("a client in a pipe that cannot connect says so and ends with 4", async () => {
  const server = new FakeServer();
  await server[Symbol.asyncDispose]();
  const { code, stdout, stderr } = await runClient([`127.0.0.1:${server.port}`], { input: "uptime\n" });
  assertEquals([code, stdout], [4, ""]);
  assertStringIncludes(stderr, "cannot connect");
});

Deno.test("a refused command ends with 3, and one that failed somewhere with 1", async () => {
  for (const status of ["refused", "failed", "ok"] as const) {
    await using server = new FakeServer();
    const exit = runClient([`127.0.0.1:${server.port}`, "--name", "boss"], { input: "uptime" });
    const peer = await server.accept();
    assertEquals((await peer.welcome()).params, { name: "boss" });
    const { id } = await peer.nextWith("run");
    const results = [{ rank: 2, ticket: 9, name: "a", status }];
    await peer.send({ id, result: { ...COUNTS, executors: 1, [status]: 1, results } });
    const { code, stdout } = await exit;
    assertStringIncludes(stdout, `Rank 2 (a): ${status}`);
    assertEquals(code, { refused: 3, failed: 1, ok: 0 }[status]);
  }
});

Deno.test("host and port come from the environment too", async () => {
  await using server = new FakeServer();
  const exit = runClient([], { env: { RANKCLIENT_HOST: "127.0.0.1", RANKCLIENT_PORT: `${server.port}` } });
  // Without any input it leaves as soon as it has a seat, and may not wait for the answer to its hello.
  const peer = await server.accept();
  await peer.notify("welcome", WELCOME);
  assertEquals((await exit).code, 0);
});

Deno.test("a client that stays keeps its seat without input, prints what it executes, and leaves on SIGTERM", async () => {
  await using server = new FakeServer();
  const client = new ClientProcess([`127.0.0.1:${server.port}`, "--stay"]);
  await client.endInput();
  const peer = await server.seat();
  await peer.send({ id: 5, method: "execute", params: { ...EXECUTE, command: "uptime" } });
  assertEquals(await peer.next(), { jsonrpc: "2.0", id: 5, result: { delivered: true } });
  client.kill("SIGTERM");
  await peer.ended();
  const { code, stderr } = await client.exit();
  assertEquals(code, 143);
  assertStringIncludes(stderr, ": delivered, not executed\n");
});

Deno.test("no program is left running: by SIGTERM, by SIGINT, by SIGHUP, by SIGQUIT, when the connection is lost, on cancel", async () => {
  const ways = {
    SIGTERM: 143,
    SIGINT: 130,
    SIGHUP: 129,
    SIGQUIT: 131,
    lost: 4,
    cancelled: 143,
  };
  for (const [way, expected] of Object.entries(ways)) {
    await using server = new FakeServer();
    await using place = new Workplace(STUBBORN);
    const client = new ClientProcess([`127.0.0.1:${server.port}`, "--config", place.config]);
    const peer = await server.seat();
    await peer.send({ id: 1, method: "execute", params: EXECUTE });
    const pids = pidsIn(await place.read());
    assertEquals([pids.length, pids.filter(isRunning).length], [2, 2], way);
    if (way === "lost") {
      await peer.close();
    } else if (way === "cancelled") {
      await peer.notify("cancel", { id: 1 });
      assertEquals(((await peer.next()).result as Json).signal, "SIGKILL");
      assertEquals(pids.filter(isRunning), []);
      client.kill("SIGTERM");
    } else {
      client.kill(way as Deno.Signal);
    }
    const { code } = await client.exit();
    assertEquals([code, pids.filter(isRunning)], [expected, []], way);
  }
});

Deno.test("a client that comes back has stopped what the lost connection had asked for", async () => {
  await using server = new FakeServer();
  await using place = new Workplace(STUBBORN);
  const client = new ClientProcess([`127.0.0.1:${server.port}`, "--config", place.config, "--stay"]);
  const peer = await server.seat();
  await peer.send({ id: 1, method: "execute", params: EXECUTE });
  const pids = pidsIn(await place.read());
  assertEquals(pids.length, 2);
  await peer.close();
  const again = await server.seat();
  await untilGone(pids);
  assertEquals(pids.filter(isRunning), []);
  // The answer that nobody waits for any more is not sent to a connection that knows nothing of it.
  await again.send({ id: "p", method: "ping" });
  assertEquals((await again.next()).id, "p");
  client.kill("SIGTERM");
  assertEquals((await client.exit()).code, 143);
});

Deno.test("a second signal does not wait, and still leaves no program running", async () => {
  await using server = new FakeServer();
  await using place = new Workplace(STUBBORN.replace("kill_after_ms = 200", "kill_after_ms = 600000"));
  const client = new ClientProcess([`127.0.0.1:${server.port}`, "--config", place.config, "--json"]);
  const peer = await server.seat();
  await peer.send({ id: 1, method: "execute", params: EXECUTE });
  const pids = pidsIn(await place.read());
  client.kill("SIGTERM");
  // Refused before the first signal has arrived, and not taken at all as soon as it has.
  for (let id = 2; await errorOf(id) !== ErrorCode.unavailable; id++);
  async function errorOf(id: number): Promise<unknown> {
    await peer.send({ id, method: "execute", params: { ...EXECUTE, command: "uptime" } });
    return ((await peer.next()).error as Json).code;
  }
  // Another one: the same one at once would be an echo.
  client.kill("SIGINT");
  assertEquals((await client.exit()).code, 130);
  // Nobody waited for them, so they need a moment to be scheduled once more.
  for (let n = 0; n < 500 && pids.some(isRunning); n++) {
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
  assertEquals(pids.filter(isRunning), []);
});

Deno.test("rankclient --via acts as the running client, with the same exit codes", async () => {
  await using server = new FakeServer();
  await using place = new Workplace();
  const client = new ClientProcess([`127.0.0.1:${server.port}`, "--control", place.control]);
  const peer = await server.seat();
  // The seat is taken when the socket is there: it is opened first.
  const run = runClient([
    "--json",
    "--via",
    place.control,
    "run",
    "@2",
    "restart",
    "nginx",
    "--json",
    "--",
    "x",
  ]);
  const request = await peer.nextWith("run");
  assertEquals(request.params, { command: "restart", args: ["nginx", "--json", "--", "x"], to: [2] });
  const result = { rank: 2, ticket: 9, name: "a", status: "refused", reason: "not here" };
  const summary = { ...COUNTS, executors: 1, refused: 1, results: [result] };
  await peer.notify("result", { run: request.id, ...result });
  await peer.send({ id: request.id, result: summary });
  const { code, stdout } = await run;
  // Once, although the running client has had the result before.
  assertEquals(JSON.parse(stdout), { result: summary });
  assertEquals(code, 3);

  const cancelled = new ClientProcess(["--via", place.control, "run", "uptime"]);
  const second = await peer.nextWith("run");
  cancelled.kill("SIGINT");
  const cancel = await peer.nextWith("cancel");
  assertEquals(cancel.params, { run: second.id });
  await peer.send({ id: cancel.id, result: {} });
  const ended = { ...result, status: "cancelled" };
  await peer.send({ id: second.id, result: { ...COUNTS, executors: 1, cancelled: 1, results: [ended] } });
  const exit = await cancelled.exit();
  assertEquals(exit.code, 130);
  assertStringIncludes(exit.stdout, "1 cancelled");

  const taken = await runClient([`127.0.0.1:${server.port}`, "--control", place.control]);
  assertEquals(taken.code, 2);
  assertStringIncludes(taken.stderr, "a running client has it");
  await client.endInput();
  assertEquals((await client.exit()).code, 0);
  assertEquals((await runClient(["--via", place.control, "status"])).code, 4);
});

Deno.test("a standard input that is a directory is told, in either format, and ends with 2", async () => {
  for (const flags of [[], ["--json"]]) {
    await using server = new FakeServer();
    const words = [...CLIENT_PROGRAM, `127.0.0.1:${server.port}`, ...flags];
    const client = new Deno.Command("sh", { args: ["-c", 'exec "$@" < /tmp', "sh", ...words] });
    const { code, stderr } = await client.output();
    const said = new TextDecoder().decode(stderr);
    assertStringIncludes(said, "Cannot read the input: Is a directory");
    assertEquals([code, said.includes("Uncaught")], [2, false]);
    if (flags.length > 0) { for (const line of said.trimEnd().split("\n")) JSON.parse(line); }
  }
});

Deno.test("a client whose output nobody reads leaves on SIGTERM all the same", async () => {
  for (const isJson of [true, false]) {
    await using server = new FakeServer();
    const [file, ...args] = CLIENT_PROGRAM;
    const child = new Deno.Command(file!, {
      args: [...args, `127.0.0.1:${server.port}`, "--stay", ...(isJson ? ["--json"] : [])],
      stdin: "null",
      stdout: "piped",
      stderr: "piped",
    }).spawn();
    const peer = await server.seat();
    const promoted = { rank: 0, was: 1, epoch: 4, members: 1 };
    // Far more than a pipe holds.
    const message = `${JSON.stringify({ jsonrpc: "2.0", method: "promoted", params: promoted })}\n`;
    await peer.sendRaw(message.repeat(5_000));
    await peer.send({ id: "p", method: "ping" });
    assertEquals((await peer.next()).id, "p");
    child.kill("SIGTERM");
    const isEnded = await settlesWithin(child.status, 10_000);
    if (!isEnded) child.kill("SIGKILL");
    assertEquals([isEnded, (await child.status).code], [true, 143]);
    await Promise.all([child.stdout.cancel(), child.stderr.cancel()]);
  }
});

Deno.test("what could not be sent is not said to be refused", async () => {
  const server = new FakeServer();
  await server[Symbol.asyncDispose]();
  const { code, stderr } = await runClient([`127.0.0.1:${server.port}`], { input: "uptime\n" });
  assertStringIncludes(stderr, "Line 1: Not sent: There is no connection");
  assertEquals([code, stderr.includes("refused:")], [4, false]);
});
