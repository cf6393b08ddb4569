// The client in Python, as a stranger would run it, against a real server.

import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { delay } from "@std/async";
import { join } from "node:path";
import { FakeServer, SUMMARY } from "../../support/client/fake_server.ts";
import { Certificates, isOpensslMissing } from "../../support/programs/certificates.ts";
import { FaultyProxy } from "../../support/programs/faulty_proxy.ts";
import { isRunning } from "../../support/client/processes.ts";
import { PROJECT, ServerProcess } from "../../support/programs/start_process.ts";
import { RawClient } from "../../support/server/raw_client.ts";
import { startServer } from "../../support/server/start_server.ts";
import { tokenOf, tokensToml } from "../../support/server/tokens.ts";

const python3 = await findPython();
if (python3 === undefined) {
  console.error("python3 is missing: the tests of examples/clients/rankclient.py are ignored");
}

const CLIENTS = join(PROJECT, "examples", "clients");
const COMMANDS = `commands = ["uptime", "hello"]`;

function pythonTest(name: string, test: () => Promise<void>, ignore = false): void {
  Deno.test({
    name: `examples/clients/rankclient.py ${name}`,
    ignore: ignore || python3 === undefined,
    fn: test,
  });
}

pythonTest("says its rank, its promotion, and that the server has ended", async () => {
  await using server = await startServer({ toml: COMMANDS });
  await using first = await RawClient.join(server.port);
  await using python = startPython(server.port);
  await python.nextLine(/^Rank 1 of 2$/);
  first.halfClose();
  await python.nextLine(/^Rank 0 of 1, promoted from 1$/);
  await server.stop();
  await python.nextLine(/^Disconnected: The server is shutting down$/);
});

pythonTest("resumes its seat when its connection breaks", async () => {
  await using server = await startServer({ toml: `${COMMANDS}\n[session]\nresume_grace_ms = 30000\n` });
  await using proxy = await FaultyProxy.open(() => server.port);
  await using first = await RawClient.join(server.port);
  await using python = startPython(proxy.port);
  await python.nextLine("Rank 1 of 2");
  await using _third = await RawClient.join(server.port);
  for (let round = 0; round < 2; round++) {
    proxy.breakAll();
    await python.nextLine(/^Disconnected: /);
    await python.nextLine("Rank 1 of 3");
  }
  const { result } = await first.request("run", { command: "hello", to: [1] });
  assertEquals(result.results[0].status, "refused");
});

pythonTest(
  "delivery called execution: it starts what it knows, refuses what it does not, and answers truthfully",
  async () => {
    await using programs = await searchPath("echo up for long; echo and tired >&2; exit 3");
    await using server = await startServer({ toml: COMMANDS });
    await using issuer = await RawClient.join(server.port);
    await using python = startPython(server.port, { PATH: programs.path });
    await python.nextLine("Rank 1 of 2");
    const run = async (params: unknown) => (await issuer.request("run", params)).result.results[0];

    const started = await run({ command: "uptime" });
    assertEquals(
      [started.status, started.code, started.stdout, started.stderr],
      ["failed", 3, "up for long\n", "and tired\n"],
    );
    const refused = await run({ command: "uptime", args: ["--since"] });
    assertEquals([refused.status, refused.reason], ["refused", '"uptime" takes no arguments here']);
    const unknown = await run({ command: "hello", args: ["a b", "\u001b[2J"] });
    assertEquals([unknown.status, unknown.reason], ["refused", '"hello" is unknown to this client']);
    await python.nextLine(/^Rank 0 commands: hello a b \\x1b\[2J$/);
  },
);

pythonTest("ends a program that runs for too long, and answers with its output so far", async () => {
  await using programs = await searchPath("echo half; echo of it >&2; while :; do :; done");
  const script = join(programs.path, "programs.py");
  const text = await Deno.readTextFile(join(CLIENTS, "programs.py"));
  assertStringIncludes(text, "TIMEOUT_S, TIMED_OUT = 30,");
  await Deno.writeTextFile(script, text.replace("TIMEOUT_S, TIMED_OUT = 30,", "TIMEOUT_S, TIMED_OUT = 2,"));
  await Deno.copyFile(join(CLIENTS, "rankclient.py"), join(programs.path, "rankclient.py"));
  await using server = await startServer({ toml: COMMANDS });
  await using issuer = await RawClient.join(server.port);
  await using python = startPython(server.port, { PATH: programs.path }, [], script);
  await python.nextLine("Rank 1 of 2");
  const { result } = await issuer.request("run", { command: "uptime" });
  const { status, code, stdout, stderr } = result.results[0];
  assertEquals([status, code, stdout, stderr], ["timed_out", 124, "half\n", "of it\n"]);
});

pythonTest("executes a notification and answers nothing", async () => {
  await using server = await startServer({ toml: COMMANDS });
  await using issuer = await RawClient.join(server.port);
  await using python = startPython(server.port);
  await python.nextLine("Rank 1 of 2");
  issuer.notify("run", { command: "hello", args: ["one"] });
  const run = await issuer.request("run", { command: "hello", args: ["two"] });
  assertEquals(run.result.refused, 1);
  await python.nextLine("hello two");
  assertEquals(python.output.slice(1), ["Rank 0 commands: hello one", "Rank 0 commands: hello two"]);
});

pythonTest("says that it could not start a program", async () => {
  await using programs = await searchPath(undefined);
  await using server = await startServer({ toml: COMMANDS });
  await using issuer = await RawClient.join(server.port);
  await using python = startPython(server.port, { PATH: programs.path });
  await python.nextLine("Rank 1 of 2");
  const { result } = await issuer.request("run", { command: "uptime" });
  const { status, reason } = result.results[0];
  assertEquals([status, reason], ["failed", "[Errno 2] No such file or directory: 'uptime'"]);
});

for (const [code, exitCode, status] of [[0, 0, "ok"], [1, 1, "failed"]] as const) {
  pythonTest(
    `waits for somebody to command, and ends with ${exitCode} when that one is ${status}`,
    async () => {
      await using server = await startServer({ toml: COMMANDS });
      await using python = startPython(server.port, {}, ["hello", "world"]);
      await python.nextLine("Rank 0 of 1");
      // Refused, since nobody is there.
      await server.until(({ event }) => event === "command_refused");
      await using executor = await RawClient.join(server.port);
      const { id, params } = await executor.message("execute");
      assertEquals([params.command, params.args], ["hello", ["world"]]);
      executor.respond(id, { code, stdout: "one\ntwo\n" });
      const exit = await python.exit();
      assertEquals(exit, {
        code: exitCode,
        stdout: `Rank 0 of 1\nRank 1: ${status}\n  one\n  two\n`,
        stderr: "",
      });
    },
  );
}

pythonTest("sends a command to the clients that are named before it", async () => {
  for (
    const [word, targets] of [
      ["@2,3", { to: [2, 3] }],
      ["@web-3,ticket:12,1", { to: [1], to_tickets: [12], to_names: ["web-3"] }],
      ["@all", {}],
    ] as const
  ) {
    await using server = new FakeServer();
    await using python = startPython(server.port, {}, [word, "hello", "world"]);
    const peer = await server.seat();
    const watch = await peer.nextWith("watch");
    await peer.send({ id: watch.id, result: {} });
    const { id, params } = await peer.nextWith("run");
    assertEquals(params, { command: "hello", args: ["world"], ...targets });
    await peer.send({ id, result: SUMMARY });
    await peer.nextWith("leave");
    await peer.close();
    assertEquals((await python.exit()).code, 0);
  }
});

pythonTest("says why its command was refused", async () => {
  await using server = await startServer({ toml: COMMANDS });
  await using python = startPython(server.port, {}, ["format"]);
  const exit = await python.exit();
  assertEquals([exit.code, exit.stderr], [1, 'Refused: "format" is not an allowed command\n']);
});

pythonTest("kills a program whose run is cancelled, with what it has started", async () => {
  await using programs = await searchPath("sleep 300 & echo $! >$PIDS; wait");
  const pids = join(programs.path, "pids");
  await using server = await startServer({ toml: `${COMMANDS}\n[limits]\nanswer_grace_ms = 0\n` });
  await using issuer = await RawClient.join(server.port);
  const PATH = `${programs.path}:${Deno.env.get("PATH")}`;
  await using python = startPython(server.port, { PATH, PIDS: pids });
  await python.nextLine("Rank 1 of 2");
  const { result } = await issuer.request("run", { command: "uptime", timeout_ms: 1_000 });
  assertEquals(result.results[0].status, "timed_out");
  const sleeping = Number(await Deno.readTextFile(pids));
  for (let waits = 0; isRunning(sleeping); waits++) {
    assert(waits < 1_000);
    await delay(10);
  }
});

pythonTest("logs in with a token over TLS, and ends if the token is wrong", async () => {
  await using certificates = await Certificates.make();
  const { cert, key } = await certificates.issue("server");
  const tokens = join(certificates.folder, "tokens.toml");
  await Deno.writeTextFile(tokens, tokensToml({ ada: "" }), { mode: 0o600 });
  const config = join(certificates.folder, "server.toml");
  await Deno.writeTextFile(config, '[auth]\ntokens_file = "tokens.toml"\nfailure_delay_ms = 10\n');
  await using server = await ServerProcess.start({
    args: ["--config", config, "--tls-cert", cert, "--tls-key", key],
  });
  const env = { RANK_CA: certificates.ca, RANK_TOKEN: tokenOf("ada") };
  await using python = startPython(server.port, env);
  await python.nextLine("Rank 0 of 1");
  await using wrong = startPython(server.port, { ...env, RANK_TOKEN: tokenOf("eve") });
  assertEquals(await wrong.exit(), {
    code: 1,
    stdout: "Disconnected: Invalid token\n",
    stderr: "Invalid token\n",
  });
}, isOpensslMissing);

pythonTest("is used as its documentation says", async () => {
  const [, example] = /standard library only\..*?\n\n(.*?)\n\nTLS:/s.exec(
    await Deno.readTextFile(join(CLIENTS, "rankclient.py")),
  )!;
  await using folder = await searchPath(undefined);
  await using server = await startServer({ toml: COMMANDS });
  const script = join(folder.path, "example.py");
  await Deno.writeTextFile(script, example!.replaceAll(/^ {4}/gm, "").replace("6001", `${server.port}`));
  await using first = await RawClient.join(server.port);
  await using python = startPython(server.port, { PYTHONPATH: CLIENTS }, [], script);
  await python.nextLine("rank 1");
  await python.nextLine("refused: No client ranks below you");
  const { result } = await first.request("run", { command: "hello", args: ["you", "there"] });
  assertEquals(result.results[0].stdout, "Hello, you there");
  await using _below = await RawClient.join(server.port);
  const second = await first.request("run", { command: "hello", to: [1] });
  assertEquals(second.result.ok, 1);
});

function startPython(
  port: number,
  env: Record<string, string> = {},
  command: readonly string[] = [],
  script = join(CLIENTS, "programs.py"),
): ServerProcess {
  const program = [python3!, script] as const;
  const args = ["127.0.0.1", String(port), ...command];
  return ServerProcess.spawn({ program, args, env: { PYTHONDONTWRITEBYTECODE: "1", ...env } });
}

/** A search path with nothing but an `uptime` that is that shell script, or without a script nothing at all. */
async function searchPath(script: string | undefined): Promise<AsyncDisposable & { readonly path: string }> {
  const path = await Deno.makeTempDir();
  if (script !== undefined) {
    await Deno.writeTextFile(join(path, "uptime"), `#!/bin/sh\n${script}\n`, { mode: 0o755 });
  }
  return { path, [Symbol.asyncDispose]: () => Deno.remove(path, { recursive: true }) };
}

/** Where the interpreter is, behind whatever the search path has in its place. */
async function findPython(): Promise<string | undefined> {
  try {
    const args = ["-c", "import sys; print(sys.executable)"];
    const { success, stdout } = await new Deno.Command("python3", { args, stderr: "null" }).output();
    return success ? new TextDecoder().decode(stdout).trim() : undefined;
  } catch {
    return undefined;
  }
}
