// The units of systemd: the programs accept their command lines, and systemd starts, stops and restricts them as
// docs/operations.md, docs/succession.md and docs/systemd.md say.

import { assert, assertEquals } from "@std/assert";
import { join } from "node:path";
import { parseFlags } from "../../../src/cli/shared/parse_flags.ts";
import {
  CLIENT_ENV_PREFIX,
  CLIENT_FLAGS,
  CLIENT_SECTIONS,
  SERVER_ENV_PREFIX,
  SERVER_FLAGS,
  SERVER_SECTIONS,
} from "../../../src/config/keys/mod.ts";
import { listSettings } from "../../../src/config/reader/mod.ts";
import { loadClientConfig, loadServerConfig } from "../../../src/config/mod.ts";
import { PROJECT } from "../../support/programs/start_process.ts";

const SERVICES = ["rankserver.service", "rankclient-worker.service", "rankclient-lead.service"] as const;
const [server, worker, leader] = SERVICES.map(keysOf);
const PAGE = await Deno.readTextFile(join(PROJECT, "docs/systemd.md"));

/** The last value of each key. */
function keysOf(unit: string): Map<string, string> {
  const lines = Deno.readTextFileSync(pathOf(unit)).split("\n").filter((line) => /^\w+=/.test(line));
  return new Map(lines.map((line) => {
    const at = line.indexOf("=");
    return [line.slice(0, at), line.slice(at + 1)] as const;
  }));
}

function pathOf(unit: string): string {
  return join(PROJECT, "examples", "systemd", unit);
}

Deno.test("the service of a leader starts its client again, whatever its exit code and however often", () => {
  assertEquals([leader!.get("Restart"), leader!.get("StartLimitIntervalSec")], ["always", "0"]);
});

Deno.test("the service of a leader kills what is left of it, and not before PROGRAM's own time to end", async () => {
  const config = await loadClientConfig({ host: "127.0.0.1" });
  assertEquals(leader!.get("KillMode"), "mixed");
  assert(Number(leader!.get("TimeoutStopSec")) * 1_000 > config.lead.killAfterMs);
});

Deno.test("the client accepts the command line of the service", () => {
  const [program, ...args] = leader!.get("ExecStart")!.split(" ");
  const parsed = parseFlags(CLIENT_FLAGS, args);
  assert(parsed.ok, JSON.stringify(parsed));
  const { values, positionals, afterDashes } = parsed;
  assertEquals([program, values.lead, positionals.length, afterDashes], [
    "/usr/local/bin/rankclient",
    true,
    1,
    ["/usr/local/bin/writer"],
  ]);
  assertEquals(values.control, `/run/${leader!.get("RuntimeDirectory")}/lead.sock`);
});

Deno.test("the service of the server accepts its command line, with the paths of docs/operations.md", async () => {
  const [program, ...args] = server!.get("ExecStart")!.split(" ");
  const parsed = parseFlags(SERVER_FLAGS, args);
  assert(parsed.ok, JSON.stringify(parsed));
  assertEquals([program, parsed.values.config, parsed.positionals], [
    "/usr/local/bin/rankserver",
    "/etc/rankserver/server.toml",
    [],
  ]);
  const page = await Deno.readTextFile(join(PROJECT, "docs/operations.md"));
  for (
    const path of [
      program!,
      `/var/lib/${server!.get("StateDirectory")}/`,
      `/run/${server!.get("RuntimeDirectory")}/`,
    ]
  ) {
    assert(page.includes(path.replace(/rankserver$/, "")), path);
  }
});

Deno.test("the service of the server starts it again unless its configuration is wrong, and lets it drain", async () => {
  const config = await loadServerConfig({});
  const restarts = ["Restart", "RestartPreventExitStatus", "StartLimitIntervalSec"].map((key) =>
    server!.get(key)
  );
  assertEquals(restarts, ["on-failure", "2 65", "0"]);
  assert(Number(server!.get("TimeoutStopSec")) * 1_000 > config.limits.drainMs);
  assert(Number(server!.get("LimitNOFILE")) > config.maxClients);
});

Deno.test("the service of a worker accepts its command line, and starts again unless its file is wrong", () => {
  const [program, ...args] = worker!.get("ExecStart")!.split(" ");
  const parsed = parseFlags(CLIENT_FLAGS, args);
  assert(parsed.ok, JSON.stringify(parsed));
  const { config, stay, control } = parsed.values;
  assertEquals([program, config, stay, parsed.positionals], [
    "/usr/local/bin/rankclient",
    "/etc/rankclient/client.toml",
    true,
    [],
  ]);
  assertEquals(control, `/run/${worker!.get("RuntimeDirectory")}/worker.sock`);
  assertEquals([worker!.get("Restart"), worker!.get("RestartPreventExitStatus")], ["always", "2"]);
});

Deno.test("every service notifies systemd, is watched, and may make code at run time", () => {
  for (const unit of [server!, worker!, leader!]) {
    assertEquals([unit.get("Type"), unit.get("NotifyAccess")], ["notify", "main"]);
    assert(Number(unit.get("WatchdogSec")) >= 10);
    assertEquals(unit.get("MemoryDenyWriteExecute"), undefined);
  }
  // rankclient exits with 128 plus the number of the signal by which systemd stops it.
  for (const unit of [worker!, leader!]) assertEquals(unit.get("SuccessExitStatus"), "143");
  // The client looks for the processes of PROGRAM in /proc.
  assertEquals(leader!.get("ProtectProc"), undefined);
});

Deno.test("the socket of systemd has the address and the queue of the configuration", async () => {
  const socket = keysOf("rankserver.socket");
  const { host, port, limits } = await loadServerConfig({});
  assertEquals(socket.get("ListenStream"), `${host}:${port}`);
  assertEquals(socket.get("Backlog"), `${limits.acceptBacklog}`);
});

Deno.test("the variables of the credentials are settings that name a file", async () => {
  const settings = [
    ...listSettings(SERVER_SECTIONS, SERVER_ENV_PREFIX),
    ...listSettings(CLIENT_SECTIONS, CLIENT_ENV_PREFIX),
  ];
  const units = await Promise.all(SERVICES.map((unit) => Deno.readTextFile(pathOf(unit))));
  const named = [PAGE, ...units].flatMap((text) => [...text.matchAll(/\b(RANK(?:SERVER|CLIENT)_\w+)/g)])
    .map(([, name]) => name!);
  assert(named.length > 6);
  const known = settings.map(({ variable }) => variable);
  assertEquals(named.filter((name) => !known.includes(name) || !name.endsWith("_FILE")), []);
});

const hasAnalyze = await hasSystemd();
if (!hasAnalyze) console.warn("systemd-analyze is missing: it cannot check the units");

for (const unit of [...SERVICES, "rankserver.socket"]) {
  Deno.test({
    name: `systemd finds nothing wrong with ${unit}`,
    ignore: !hasAnalyze,
    async fn() {
      const folder = Deno.makeTempDirSync();
      // It looks for the programs, and for the service of the socket.
      for (const other of [...SERVICES, "rankserver.socket"]) {
        const text = Deno.readTextFileSync(pathOf(other));
        Deno.writeTextFileSync(
          `${folder}/${other}`,
          text.replace(/\/usr\/local\/bin\/rank(client|server)/, Deno.execPath()),
        );
      }
      const { code, stderr } = await analyze("verify", "--man=no", `${folder}/${unit}`);
      const said = stderr.split("\n").filter((line) => line.includes(folder) || line.includes(unit));
      Deno.removeSync(folder, { recursive: true });
      assertEquals([code, said], [0, []]);
    },
  });
}

for (const unit of SERVICES) {
  Deno.test({
    name: `${unit} is as little exposed as docs/systemd.md says`,
    ignore: !hasAnalyze,
    async fn() {
      const { stdout } = await analyze("security", "--offline=true", pathOf(unit));
      const exposure = Number(/exposure level for \S+: ([\d.]+)/.exec(stdout)?.[1]);
      const row = PAGE.split("\n").find((line) => line.startsWith(`| \`${unit}\``));
      const documented = Number(/\| ([\d.]+) +\|$/.exec(row ?? "")?.[1]);
      assert(exposure <= documented, `${exposure} is more than ${documented}`);
    },
  });
}

async function analyze(...args: string[]) {
  const { code, stdout, stderr } = await new Deno.Command("systemd-analyze", { args }).output();
  const decoder = new TextDecoder();
  return { code, stdout: decoder.decode(stdout), stderr: decoder.decode(stderr) };
}

async function hasSystemd(): Promise<boolean> {
  try {
    return (await new Deno.Command("systemd-analyze", { args: ["--version"], stdout: "null" }).output())
      .success;
  } catch {
    return false;
  }
}
