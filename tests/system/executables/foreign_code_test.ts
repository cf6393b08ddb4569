// An executable runs no code but its own, wherever it is started and whatever lies there.

import { assert, assertEquals, assertMatch } from "@std/assert";
import { basename, join } from "node:path";
import { isThere } from "../lead/world/process_tree.ts";
import { LeadWorld } from "../lead/world/lead_world.ts";
import { untilInspectorsOpen } from "../../support/programs/inspector.ts";
import { listeningPorts } from "../../support/programs/process_facts.ts";
import { RawClient } from "../../support/server/raw_client.ts";
import { type Program, ServerProcess } from "../../support/programs/start_process.ts";
import { CLIENT, SERVER, testsOf } from "../../support/programs/executables.ts";

/** Only a test that fails waits for it. */
const PATIENCE_MS = 20_000;

const test = await testsOf("server", "client");

async function version(program: Program, cwd: string, env: Record<string, string>): Promise<string> {
  const { success, stdout, stderr } = await new Deno.Command(program[0], {
    args: ["--version"],
    cwd,
    env,
    signal: AbortSignal.timeout(PATIENCE_MS),
  }).output();
  assert(success, new TextDecoder().decode(stderr));
  return new TextDecoder().decode(stdout);
}

async function inFolder(use: (folder: string) => Promise<void>): Promise<void> {
  const folder = await Deno.makeTempDir({ prefix: "rank-foreign-" });
  try {
    await use(folder);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

for (const program of [SERVER, CLIENT]) {
  const name = basename(program[0]);

  test(`${name}: a code cache in the temporary directory is neither read nor left there`, () =>
    inFolder(async (folder) => {
      // Under this name, the runtime loads bytecode of whoever wrote it. Whoever opens the pipe to read waits for ever.
      const poisoned = `deno-compile-${name}.cache`;
      const { success } = await new Deno.Command("mkfifo", { args: [join(folder, poisoned)] }).output();
      assert(success);
      assertMatch(await version(program, folder, { TMPDIR: folder }), /^rank\w+ \d/);
      const left = await Array.fromAsync(Deno.readDir(folder));
      assertEquals(left.map((entry) => entry.name), [poisoned]);
      // The name may change with the runtime; this is what it goes by.
      const metadata = new TextDecoder("latin1").decode(await Deno.readFile(program[0]));
      assertEquals(/"code_cache_key":(null|\d+)/.exec(metadata)?.[1], "null");
    }));
}

/** Writes a file, if anything loads it. */
const marker = (folder: string) => `
const path = ${JSON.stringify(join(folder, "loaded"))};
if (globalThis.Deno) Deno.writeTextFileSync(path, "");
else require("node:fs").writeFileSync(path, "");
`;

/** What runtimes look for beside a program, above it, or where the environment tells them to. */
async function layTraps(folder: string): Promise<Record<string, string>> {
  const evil = marker(folder);
  const packages = ["valibot", "re2js", "smol-toml", "@logtape/logtape", "@noble/hashes"];
  for (const name of packages) {
    const path = join(folder, "node_modules", name);
    await Deno.mkdir(path, { recursive: true });
    await Deno.writeTextFile(join(path, "package.json"), '{ "main": "index.js" }');
    await Deno.writeTextFile(join(path, "index.js"), evil);
  }
  const imports = JSON.stringify({
    imports: Object.fromEntries(packages.map((name) => [name, "./evil.js"])),
  });
  const files: Record<string, string> = {
    "evil.js": evil,
    "evil.cjs": evil,
    "evil.mjs": evil,
    ".env": "RANKSERVER_PORT=nonsense\nRANKCLIENT_PORT=nonsense\n",
    "deno.json": imports,
    "import_map.json": imports,
    "package.json": '{ "type": "commonjs", "main": "evil.cjs", "imports": { "#x": "./evil.cjs" } }',
    ".npmrc": "node-options=--require ./evil.cjs\n",
    "openssl.cnf": "not a configuration\n",
  };
  for (const [name, text] of Object.entries(files)) await Deno.writeTextFile(join(folder, name), text);
  return {
    NODE_OPTIONS: "--require ./evil.cjs --import ./evil.mjs --inspect",
    NODE_PATH: join(folder, "node_modules"),
    NODE_REPL_EXTERNAL_MODULE: "./evil.cjs",
    NODE_V8_COVERAGE: join(folder, "coverage"),
    DENO_COVERAGE_DIR: join(folder, "coverage"),
    DENO_DIR: join(folder, "deno"),
    DENO_V8_FLAGS: "--no-such-flag",
    DENO_AUTO_SERVE: "1",
    DENO_SERVE_ADDRESS: "tcp:127.0.0.1:0",
    DENO_UNSTABLE_CONTROL_SOCK: `unix:${join(folder, "control")}`,
    DENO_PERMISSION_BROKER_PATH: join(folder, "broker"),
    DENO_INTERNAL_CHILD_ENTRYPOINT: "./evil.mjs",
    DENO_DESKTOP_HMR: folder,
    DENO_DESKTOP_INSPECT_INTERNAL_PORT: "127.0.0.1:0",
    OTEL_DENO: "true",
    OPENSSL_CONF: join(folder, "openssl.cnf"),
    TMPDIR: folder,
  };
}

async function entries(folder: string): Promise<string[]> {
  return (await Array.fromAsync(Deno.readDir(folder))).map(({ name }) => name).sort();
}

test("executables: neither files where they are started nor variables of their runtime make them load anything", () =>
  inFolder(async (folder) => {
    const env = await layTraps(folder);
    const toml = `[commands.restart]
args = [{ name = "service", pattern = "[a-z]+" }]
[log]
format = "json"
`;
    await Deno.writeTextFile(join(folder, "server.toml"), toml);
    const before = await entries(folder);
    for (const program of [SERVER, CLIENT]) assertMatch(await version(program, folder, env), /^rank\w+ \d/);
    // With all that is loaded only when it is needed.
    const args = ["--config", "server.toml", "--port", "0"];
    await using server = ServerProcess.spawn({ program: SERVER, args, cwd: folder, env });
    const { port } = JSON.parse(await server.line('"event":"listening"'));
    await using client = await RawClient.join(port);
    const { error } = await client.request("run", { command: "restart", args: ["Nginx"] });
    assertEquals(error.data.reason, "not_allowed");
    assertEquals(await listeningPorts(server.pid), [port]);
    assertEquals((await server.stop()).code, 0);
    assertEquals(await entries(folder), before);
  }));

test("executables: SIGUSR1 opens no inspector and ends neither a server, nor a leader, nor a guard; a program gets it", async () => {
  await using world = await LeadWorld.start({
    programs: { name: "executables", server: SERVER, client: CLIENT },
  });
  await using server = await ServerProcess.start({ program: SERVER });
  const leader = await world.startClient("a");
  const program = await world.started("a leads", () => true);
  const guard = leader.guard!;
  await untilInspectorsOpen();
  Deno.kill(guard, "SIGUSR1");
  server.signal("SIGUSR1");
  await using client = await RawClient.join(server.port);
  await client.settled();
  assert("result" in await leader.ask("status"));
  assertEquals(await Promise.all([server.pid, guard, leader.pid].map(listeningPorts)), [
    [server.port],
    [],
    [],
  ]);
  assertEquals([server.pid, guard, leader.pid, program.pid].map(isThere), [true, true, true, true]);
  // The leader passes it on, and the program ends by it with 3.
  leader.signal("SIGUSR1");
  assertEquals((await leader.status).code, 3);
  assertEquals(/inspector|debugger/i.exec(leader.output), null, leader.output);
});
