// The client in Python, as a stranger would run it, against a real server.

import { assertEquals, assertStringIncludes } from "@std/assert";
import { join } from "node:path";
import { FakeServer, SUMMARY, WELCOME } from "../../support/client/fake_server.ts";
import { RawClient } from "../../support/server/raw_client.ts";
import { PROJECT, ServerProcess } from "../../support/programs/start_process.ts";
import { startServer } from "../../support/server/start_server.ts";

const python3 = await findPython();
if (python3 === undefined) {
  console.error("python3 is missing: the tests of examples/rankclient.py are ignored");
}

const EXAMPLE = join(PROJECT, "examples", "rankclient.py");
const COMMANDS = `commands = ["uptime", "hello"]`;

function pythonTest(name: string, test: () => Promise<void>): void {
  Deno.test({ name: `examples/rankclient.py ${name}`, ignore: python3 === undefined, fn: test });
}

pythonTest("says its rank and its promotion, and ends when the server does", async () => {
  await using server = await startServer({ toml: COMMANDS });
  await using first = await RawClient.join(server.port);
  await using python = startPython(server.port);
  await python.nextLine(/^Rank 1 of 2$/);
  first.halfClose();
  await python.nextLine(/^Rank 0 of 1, promoted from 1$/);
  await server.stop();
  assertEquals(await python.exit(), {
    code: 1,
    stdout: "Rank 1 of 2\nRank 0 of 1, promoted from 1\n",
    stderr: "Closing: shutdown\n",
  });
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
    assertEquals([unknown.status, unknown.reason], ["refused", '"hello" is not in PROGRAMS here']);
    await python.nextLine(/^Rank 0 commands: hello a b \\x1b\[2J$/);
  },
);

pythonTest("ends a program that runs for too long, and answers with its output so far", async () => {
  await using programs = await searchPath("echo half; echo of it >&2; while :; do :; done");
  const script = join(programs.path, "rankclient.py");
  const text = await Deno.readTextFile(EXAMPLE);
  assertStringIncludes(text, "TIMEOUT_S, TIMED_OUT = 30,");
  await Deno.writeTextFile(script, text.replace("TIMEOUT_S, TIMED_OUT = 30,", "TIMEOUT_S, TIMED_OUT = 2,"));
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
    const peer = await server.accept();
    await peer.notify("welcome", WELCOME);
    await peer.nextWith("watch");
    const { id, params } = await peer.nextWith("run");
    assertEquals(params, { command: "hello", args: ["world"], ...targets });
    await peer.send({ id, result: SUMMARY });
    assertEquals((await python.exit()).code, 0);
  }
});

pythonTest("says why its command was refused", async () => {
  await using server = await startServer({ toml: COMMANDS });
  await using python = startPython(server.port, {}, ["format"]);
  const exit = await python.exit();
  assertEquals([exit.code, exit.stderr], [1, 'Refused: "format" is not an allowed command\n']);
});

function startPython(
  port: number,
  env: Record<string, string> = {},
  command: readonly string[] = [],
  script = EXAMPLE,
): ServerProcess {
  const program = [python3!, script] as const;
  return ServerProcess.spawn({ program, args: ["127.0.0.1", String(port), ...command], env });
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
