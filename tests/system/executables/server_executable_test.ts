// The executable, driven as a user would: from another folder, with its own permissions and nothing else.

import { assert, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { tokensToml } from "../../support/server/tokens.ts";
import { promisesOnlyWhatIsSaved } from "../../support/programs/full_disk.ts";
import { noSmallDisk } from "../../support/programs/small_disk.ts";
import { RawClient } from "../../support/server/raw_client.ts";
import { ServerProcess } from "../../support/programs/start_process.ts";
import { SERVER, testsOf } from "../../support/programs/executables.ts";

const test = await testsOf("server");
const program = SERVER;

test("executable: it listens, seats, refuses, promotes and passes on a command", async () => {
  const cwd = await Deno.makeTempDir();
  await Deno.writeTextFile(`${cwd}/server.toml`, 'max_clients = 3\ncommands = ["uptime"]\n');
  await using server = await ServerProcess.start({ program, cwd, args: ["--config", "server.toml"] });
  assertMatch(server.output[0]!, /^Server started listening on IP address: 127\.0\.0\.1 and port: \d+$/);
  await using first = await RawClient.join(server.port);
  await using middle = await RawClient.join(server.port);
  await using last = await RawClient.join(server.port);
  assertEquals([first, middle, last].map(({ welcome }) => welcome.rank), [0, 1, 2]);
  await using fourth = await RawClient.connect(server.port);
  assertEquals((await fourth.note("closing")).reason, "full");
  assertEquals(await fourth.ended(), "end of stream");

  const run = first.ask("run", { command: "uptime" });
  for (const executor of [middle, last]) {
    executor.respond((await executor.message("execute")).id, { code: 0 });
  }
  assertEquals((await first.answer(run)).result.ok, 2);
  assertEquals((await last.request("run", { command: "uptime" })).error.data.reason, "no_recipient");
  await middle.reset();
  assertEquals((await last.note("promoted")).rank, 1);
  await server.line("promoted from rank 2 to rank 1");
  await Deno.remove(cwd, { recursive: true });
});

test("executable: what is loaded only when it is needed is in it: TOML, patterns, SQLite, JSON lines, schemas", async () => {
  const cwd = await Deno.makeTempDir();
  const settings = [
    '[commands.restart]\nargs = [{ name = "service", pattern = "[a-z]+" }]',
    '[journal]\nfile = "seats.db"',
    '[log]\nformat = "json"',
    '[control]\nsocket = "control"',
  ];
  await Deno.writeTextFile(`${cwd}/server.toml`, settings.join("\n"));
  const args = ["--config", "server.toml", "--port", "0"];
  await using server = ServerProcess.spawn({ program, cwd, args });
  const { port } = JSON.parse(await server.line('"event":"listening"'));
  await using issuer = await RawClient.join(port);
  await using executor = await RawClient.join(port);
  const refused = await issuer.request("run", { command: "restart", args: ["Nginx"] });
  assertEquals(refused.error.data.reason, "not_allowed");
  assert((await Deno.stat(`${cwd}/seats.db`)).size > 0, "the journal is empty");

  await using status = ServerProcess.spawn({ program, cwd, args: ["--status", "--control", "control"] });
  assertMatch((await status.exit()).stdout, /2 of 20 seats are taken/);
  await using raise = ServerProcess.spawn({ program, cwd, args: ["--raise", "1", "--control", "control"] });
  assertMatch((await raise.exit()).stdout, /now has rank 0; 1 client above it moved to the end/);
  assertEquals((await executor.note("promoted")).rank, 0);
  await using evict = ServerProcess.spawn({ program, cwd, args: ["--evict", "1", "--control", "control"] });
  assertMatch((await evict.exit()).stdout, /has lost rank 1/);
  assertEquals((await issuer.note("closing")).reason, "evicted");
  await using misspelt = ServerProcess.spawn({ program, args: ["--prot", "1"] });
  assertMatch((await misspelt.exit()).stderr, /did you mean --port\?/);
  await Deno.remove(cwd, { recursive: true });
});

test("executable: it makes a token, asks for it, and lets in whoever has it", async () => {
  const cwd = await Deno.makeTempDir();
  const made = await ServerProcess.spawn({
    program,
    cwd,
    args: ["--new-token", "web-3", "--tokens-file", "t.toml"],
  }).exit();
  assertMatch(made.stdout, /^[\w-]{43}\n$/, made.stderr);
  await using server = await ServerProcess.start({ program, cwd, args: ["--tokens-file", "t.toml"] });
  await using stranger = await RawClient.connect(server.port);
  stranger.ask("hello", { token: "guess" });
  await using client = await RawClient.connect(server.port);
  assertEquals((await client.request("hello", { token: made.stdout.trim() })).result.rank, 0);
  await server.line("logged in with token 'web-3'");
  assertEquals((await stranger.note("closing")).reason, "unauthenticated");
  await Deno.remove(cwd, { recursive: true });
});

test("executable: SIGTERM drains and ends with 0", async () => {
  await using server = await ServerProcess.start({ program });
  await using issuer = await RawClient.join(server.port);
  await using executor = await RawClient.join(server.port);
  const run = issuer.ask("run", { command: "uptime" });
  const { id } = await executor.message("execute");
  server.signal("SIGTERM");
  await server.line("Shutting down (SIGTERM): 2 clients, 1 run in flight");
  executor.respond(id, { code: 0 });
  assertEquals((await issuer.answer(run)).result.ok, 1);
  for (const client of [issuer, executor]) {
    assertEquals((await client.note("closing")).reason, "shutdown");
    await client.ended();
    await client.close();
  }
  assertEquals((await server.exit()).code, 0);
});

test("executable: --version, a configuration that is wrong, a port that is taken", async () => {
  await using version = ServerProcess.spawn({ program, args: ["--version"] });
  assertMatch((await version.exit()).stdout, /^rankserver \d+\.\d+\.\d+ \(Deno \d+\.\d+\.\d+\)\n$/);
  const path = await Deno.makeTempFile({ suffix: ".toml" });
  await Deno.writeTextFile(path, 'commands = [{ name = "x" }]\nmax_client = 3\n');
  await using wrong = ServerProcess.spawn({ program, args: ["--config", path] });
  const { code, stderr } = await wrong.exit();
  assertEquals(code, 2);
  assertStringIncludes(stderr, `${path}:2:1`);
  await Deno.remove(path);
  using taken = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  await using late = ServerProcess.spawn({
    program,
    args: ["--port", String((taken.addr as Deno.NetAddr).port)],
  });
  const refused = await late.exit();
  assertEquals(refused.code, 1);
  assertStringIncludes(refused.stderr, "stop the other program, or choose another port with --port");
});

test("executable: out of descriptors it says so, and lives", async () => {
  await using server = await ServerProcess.start({
    program,
    args: ["--max-clients", "500"],
    maxDescriptors: 64,
  });
  await using witness = await RawClient.join(server.port);
  const flood = await Promise.all(Array.from({ length: 100 }, () => RawClient.connect(server.port)));
  await server.line("Cannot accept connections");
  await witness.settled();
  await Promise.all(flood.map((client) => client.close()));
  await using newcomer = await RawClient.join(server.port);
  await newcomer.settled();
});

test("executable: it may not start programs, and loads native code only for systemd", async () => {
  // What `deno compile` was given stands in the executable, as it would on a command line.
  const bytes = await Deno.readFile(program[0]);
  const text = new TextDecoder("latin1").decode(bytes.subarray(bytes.length - 64 * 1024 * 1024));
  const permissions = /"permissions":(\{[^}]*\})/.exec(text)?.[1];
  assert(permissions !== undefined, "the permissions in the executable");
  // What is absent or null was not given; an empty list is "all of it".
  const { allow_all, allow_run, allow_sys } = JSON.parse(permissions);
  assertEquals([allow_all ?? false, allow_run, allow_sys].filter(Boolean), []);
});

Deno.test("G12: a server without a journal and a control socket gives up the right to write before it serves", async () => {
  const states = await Promise.all(["", "rank.sqlite"].map(async (file) => {
    const module = new URL("../../../src/cli/shared/drop_rights.ts", import.meta.url).href;
    const code = `const { dropWriting } = await import("${module}");
      dropWriting({ journal: { file: "${file}" }, control: { socket: "" } });
      console.log((await Deno.permissions.query({ name: "write" })).state);`;
    const { stdout } = await new Deno.Command(Deno.execPath(), {
      args: [
        "run",
        "--no-prompt",
        "--allow-write",
        "--allow-read",
        `data:text/javascript,${encodeURIComponent(code)}`,
      ],
      stderr: "inherit",
    }).output();
    return new TextDecoder().decode(stdout).trim();
  }));
  assertEquals(states.map((state) => state === "granted"), [false, true]);
});

Deno.test({
  name: "executable: G11: leases are safe on a full disk",
  ignore: noSmallDisk !== undefined,
  async fn() {
    await promisesOnlyWhatIsSaved(program);
  },
});

Deno.test({
  name:
    "executable: a user without privileges is let at a file of root's that the user's group may read, as mounted secrets are",
  // Only root can give a file away and start a program as somebody else.
  ignore: Deno.build.os !== "linux" || Deno.uid() !== 0,
  async fn() {
    const nobody = 65_534;
    const folder = await Deno.makeTempDir();
    await Deno.chmod(folder, 0o755);
    const copy = `${folder}/rankserver`;
    await Deno.copyFile(program[0], copy);
    const tokens = `${folder}/tokens.toml`;
    await Deno.writeTextFile(tokens, tokensToml({ ada: "" }));
    const cases = [[0, 0o440, true], [0, 0o640, true], [0, 0o660, false], [0, 0o444, false], [
      nobody,
      0o440,
      false,
    ]] as const;
    for (const [owner, mode, isTaken] of cases) {
      await Deno.chown(tokens, owner, nobody);
      await Deno.chmod(tokens, mode);
      const { code, stderr } = await new Deno.Command(copy, {
        args: ["--tokens-file", tokens, "--check"],
        uid: nobody,
        gid: nobody,
        cwd: folder,
      }).output();
      assertEquals(code, isTaken ? 0 : 2, `${owner} ${mode.toString(8)} ${new TextDecoder().decode(stderr)}`);
    }
    await Deno.remove(folder, { recursive: true });
  },
});
