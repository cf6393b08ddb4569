// The units of systemd: the programs accept their command lines, and systemd starts and stops them as docs/operations.md
// and docs/succession.md say.

import { assert, assertEquals } from "@std/assert";
import { join } from "node:path";
import { parseFlags } from "../../../src/cli/shared/parse_flags.ts";
import { CLIENT_FLAGS, SERVER_FLAGS } from "../../../src/config/keys/mod.ts";
import { loadClientConfig, loadServerConfig } from "../../../src/config/mod.ts";
import { PROJECT } from "../../support/programs/start_process.ts";

const UNITS = ["rankclient-lead", "rankserver"] as const;
const [leader, server] = UNITS.map(keysOf);

function keysOf(unit: typeof UNITS[number]): Map<string, string> {
  const lines = Deno.readTextFileSync(pathOf(unit)).split("\n").filter((line) => /^\w+=/.test(line));
  return new Map(lines.map((line) => {
    const at = line.indexOf("=");
    return [line.slice(0, at), line.slice(at + 1)] as const;
  }));
}

function pathOf(unit: typeof UNITS[number]): string {
  return join(PROJECT, "examples", `${unit}.service`);
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

for (const unit of UNITS) {
  Deno.test({
    name: `systemd finds nothing wrong with ${unit}.service`,
    ignore: !await hasSystemd(),
    async fn() {
      const folder = Deno.makeTempDirSync();
      const copy = `${folder}/${unit}.service`;
      // It looks for the program.
      Deno.writeTextFileSync(
        copy,
        Deno.readTextFileSync(pathOf(unit)).replace(
          /\/usr\/local\/bin\/rank(client|server)/,
          Deno.execPath(),
        ),
      );
      const { code, stderr } = await new Deno.Command("systemd-analyze", {
        args: ["verify", "--man=no", copy],
      })
        .output();
      const said = new TextDecoder().decode(stderr).split("\n").filter((line) => line.includes(folder));
      Deno.removeSync(folder, { recursive: true });
      assertEquals([code, said], [0, []]);
    },
  });
}

async function hasSystemd(): Promise<boolean> {
  try {
    return (await new Deno.Command("systemd-analyze", { args: ["--version"], stdout: "null" }).output())
      .success;
  } catch {
    return false;
  }
}
