// The client in Bash, as a stranger would use it, against a real server.

import { assert, assertEquals } from "@std/assert";
import { delay } from "@std/async";
import { join } from "node:path";
import { isRunning } from "../../support/client/processes.ts";
import { PROJECT, ServerProcess } from "../../support/programs/start_process.ts";
import { RawClient } from "../../support/server/raw_client.ts";
import { startServer } from "../../support/server/start_server.ts";
import { tokenOf, tokensToml } from "../../support/server/tokens.ts";

const CLIENT = join(PROJECT, "examples", "clients", "rankclient.sh");
const TOML = `commands = ["uptime", "greet", "show", "wait", "fail"]\n`;

/** A script that has the client, with these functions. */
function startBash(port: number, functions: string, env: Record<string, string> = {}): ServerProcess {
  const script =
    `source "$1"\non_rank() { echo "rank $1"; }\n${functions}\nrank_client 127.0.0.1 ${port} ben`;
  return ServerProcess.spawn({ program: ["bash", "-c", script, "bash", CLIENT], env });
}

async function runOn(issuer: RawClient, params: unknown) {
  const { result } = await issuer.request("run", params);
  const { status, code, stdout, stderr, reason } = result.results[0];
  return { status, code, stdout, stderr, reason };
}

Deno.test("examples/clients/rankclient.sh says its rank, and ends when the server does", async () => {
  await using server = await startServer({ toml: TOML });
  await using first = await RawClient.join(server.port);
  await using bash = startBash(server.port, "");
  await bash.nextLine(/^rank 1$/);
  first.halfClose();
  await bash.nextLine(/^rank 0$/);
  await server.stop();
  const { code, stderr } = await bash.exit();
  assertEquals(code, 1);
  assert(stderr.includes('"reason":"shutdown"'), stderr);
});

Deno.test("examples/clients/rankclient.sh executes its functions with their arguments, and nothing else", async () => {
  await using server = await startServer({
    toml: `${TOML}[limits]\nanswer_grace_ms = 0\n`,
  });
  await using issuer = await RawClient.join(server.port);
  await using bash = startBash(
    server.port,
    `command_show() { printf '<%s>' "$@"; }\ncommand_fail() { echo 'a "b" \\\\' >&2; return 3; }\n`,
  );
  await bash.nextLine("rank 1");
  const ok = { status: "ok", code: 0, stderr: "" };
  const args = ['a "b"', "\\n", "x]y", '","command":"fail', "$(id)", "tab\tnew\nline", "", "\u0001"];
  const shown = args.map((arg) => `<${arg}>`).join("").replace("\u0001", "?");
  assertEquals({ ...ok, ...await runOn(issuer, { command: "show", args }) }, {
    ...ok,
    stdout: shown,
    reason: undefined,
  });
  const { stdout } = await runOn(issuer, { command: "show", args: ["é"] });
  assertEquals(stdout, "<??>");
  assertEquals(await runOn(issuer, { command: "fail" }), {
    status: "failed",
    code: 3,
    stdout: "",
    stderr: 'a "b" \\\\\n',
    reason: undefined,
  });
  for (const command of ["uptime", "greet"]) {
    const { status, reason } = await runOn(issuer, { command });
    assertEquals([status, reason], ["refused", "unknown to this client"]);
  }
});

Deno.test("examples/clients/rankclient.sh answers pings while it executes, and kills what is cancelled", async () => {
  const folder = await Deno.makeTempDir();
  try {
    const pid = join(folder, "pid");
    await using server = await startServer({
      toml: `${TOML}[session]\nheartbeat_ms = 100\nsilence_ms = 1000\n[limits]\nanswer_grace_ms = 0\n`,
    });
    await using issuer = await RawClient.join(server.port);
    await using bash = startBash(
      server.port,
      `command_wait() { sleep 300 & echo $! >${pid}; wait; }\ncommand_greet() { echo hello; }\n`,
    );
    await bash.nextLine("rank 1");
    const pings = setInterval(() => issuer.notify("ping"), 100);
    const { status } = await runOn(issuer, { command: "wait", timeout_ms: 2_000 });
    clearInterval(pings);
    assertEquals(status, "timed_out");
    assertEquals((await runOn(issuer, { command: "greet" })).stdout, "hello\n");
    const sleeping = Number(await Deno.readTextFile(pid));
    for (let waits = 0; isRunning(sleeping); waits++) {
      assert(waits < 1_000);
      await delay(10);
    }
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});

Deno.test("examples/clients/rankclient.sh logs in with a token, and ends if the token is wrong", async () => {
  const tokens = tokensToml({ ada: "" });
  await using server = await startServer({ toml: "[auth]\nfailure_delay_ms = 10\n", tokens });
  await using bash = startBash(server.port, "", { RANK_TOKEN: tokenOf("ada") });
  await bash.nextLine("rank 0");
  await using wrong = startBash(server.port, "", { RANK_TOKEN: tokenOf("eve") });
  const { code, stderr } = await wrong.exit();
  assertEquals(code, 1);
  assert(stderr.includes("Invalid token"), stderr);
});

Deno.test("examples/clients/rankclient.sh is used as its documentation says", async () => {
  const [, example] = /function:\n#\n(.*?)\n#\n/s.exec(await Deno.readTextFile(CLIENT))!;
  const script = example!.replaceAll(/^# {5}/gm, "");
  await using server = await startServer({ toml: TOML });
  await using issuer = await RawClient.join(server.port);
  await using _bash = ServerProcess.spawn({
    program: ["bash", "-c", script.replace("6001", `${server.port}`)],
    cwd: join(CLIENT, ".."),
  });
  await server.until(({ event }) => event === "client_named");
  assertEquals((await runOn(issuer, { command: "greet", args: ["you"] })).stdout, "Hello, you\n");
});
