// The client's executable, driven as a user would: in a pipe from another folder, and in a real terminal.

import { assert, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { deadline } from "@std/async";
import { ClientProcess, runClient } from "../../support/client/client_process.ts";
import { EXECUTE, FakeServer } from "../../support/client/fake_server.ts";
import { answering, seat } from "../../support/programs/members.ts";
import { ServerProcess } from "../../support/programs/server_process.ts";
import { isTmuxMissing, Tmux } from "../../support/programs/tmux.ts";
import { CLIENT, testsOf } from "../../support/programs/executables.ts";

/** Far longer than a client takes to connect: only a failing test waits for it. */
const START_MS = 20_000;

const test = await testsOf("client");
const program = CLIENT;

test("client executable: a client that stays starts the program of its own file, with the true exit code", async () => {
  await using server = new FakeServer();
  const cwd = await Deno.makeTempDir();
  await Deno.writeTextFile(`${cwd}/client.toml`, '[run]\nfail = ["sh", "-c", "pwd; echo no >&2; exit 7"]\n');
  const args = [`127.0.0.1:${server.port}`, "--stay", "--config", "client.toml"];
  const client = new ClientProcess(args, { program, cwd });
  await client.endInput();
  const peer = await deadline(server.seat(), START_MS);
  await peer.send({ id: 5, method: "execute", params: { ...EXECUTE, command: "fail" } });
  const result = { code: 7, stdout: `${await Deno.realPath(cwd)}\n`, stderr: "no\n" };
  assertEquals(await peer.next(), { jsonrpc: "2.0", id: 5, result });
  client.kill("SIGTERM");
  await peer.ended();
  const { code, stderr } = await client.exit();
  assertEquals(code, 143);
  assertStringIncludes(stderr, "fail ran: failed, exit code 7");
  await Deno.remove(cwd, { recursive: true });
});

test("client executable: --version, a server that is not there", async () => {
  assertMatch(
    (await runClient(["--version"], { program })).stdout,
    /^rankclient \d+\.\d+\.\d+ \(Deno \d+\.\d+\.\d+\)\n$/,
  );
  const server = new FakeServer();
  await server[Symbol.asyncDispose]();
  const { code, stderr } = await runClient([`127.0.0.1:${server.port}`], { program, input: "uptime\n" });
  assertEquals(code, 4);
  assertStringIncludes(stderr, "cannot connect");
});

test(
  "client executable: in a terminal Tab completes, no key after it is lost, and a run ends in one table",
  async () => {
    await using server = await ServerProcess.start("--max-clients", "20");
    await using members = new AsyncDisposableStack();
    await using tmux = await Tmux.start([...program, `127.0.0.1:${server.port}`, "--name", "me"]);
    await tmux.untilLast("rank 0 of 1>");
    for (let rank = 1; rank <= 5; rank++) {
      const result = rank === 4 ? { code: 2, stderr: "disk full\n" } : { code: 0, stdout: "up 3 days\n" };
      const session = await seat(server.port, `web-${rank}`, answering(result));
      members.defer(() => session.close());
    }
    await tmux.untilLast("rank 0 of 6>");
    // Once the key after every Tab was lost, in an earlier runtime.
    for (let round = 0; round < 3; round++) {
      await tmux.type("upt");
      await tmux.press("Tab");
      await tmux.untilLast("rank 0 of 6> uptime");
      await tmux.type("abc");
      await tmux.untilLast("rank 0 of 6> uptime abc");
      await tmux.press("C-u");
      await tmux.untilLast("rank 0 of 6>");
    }
    await tmux.type("upt");
    await tmux.press("Tab");
    await tmux.untilLast("rank 0 of 6> uptime");
    await tmux.press("Enter");
    const rows = await tmux.until((rows) => rows.at(-2) === "5 executors: 4 ok, 1 failed");
    assertEquals(rows.slice(-6), [
      "rank 0 of 6> uptime",
      "  status          ranks    output",
      "  ok              1-3,5    up 3 days",
      "  failed, exit 2  4 web-4  stderr: disk full",
      "5 executors: 4 ok, 1 failed",
      "rank 0 of 6>",
    ]);
    await tmux.press("C-d");
    const left = await tmux.until((rows) => rows.some((row) => row.includes("icanon")));
    assert(left.includes("exit 0"), left.join("\n"));
  },
  isTmuxMissing(),
);
