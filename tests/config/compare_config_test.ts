// The differences between two configurations, and which of them a running server can apply.

import { assertEquals } from "@std/assert";
import { compareConfig } from "../../src/config/compare_config.ts";
import { loadServerConfig } from "../../src/config/server_config.ts";
import { SERVER_SECTIONS } from "../../src/config/keys/server_keys.ts";

const load = (text: string) => loadServerConfig({ file: { path: "s.toml", text } });

async function compare(before: string, after: string) {
  return compareConfig(await load(before), await load(after));
}

Deno.test("the same configuration is no change, however it is written", async () => {
  const before = 'commands = ["ping"]\nport = 7000\n[limits]\ndrain_ms = 2000\n';
  const after = "port = 7_000\n[commands.ping]\n[limits]\ndrain_ms = 2_000\noutbox_bytes = 8388608\n";
  assertEquals(await compare(before, after), { live: [], restart: [] });
  const pattern = '[commands.a]\nargs = [{ name = "x", pattern = "[a-z]+" }]\n';
  assertEquals(await compare(pattern, pattern), { live: [], restart: [] });
});

Deno.test("a change that needs a restart is reported by its key", async () => {
  const after =
    'host = "0.0.0.0"\nport = 1\nmax_clients = 3\n[session]\nheartbeat_ms = 99\n[log]\nformat = "json"\n' +
    '[control]\nsocket = "/run/x"\n[tls]\ncert_file = "a"\nkey_file = "b"\n';
  assertEquals((await compare("", after)).restart, [
    ...["host", "port", "max_clients", "session.heartbeat_ms", "control.socket"],
    ...["tls.cert_file", "tls.key_file", "log.format"],
  ]);
});

Deno.test("for the allow-list, added, removed and changed commands are reported", async () => {
  const before =
    '[commands.uptime]\n[commands.df]\n[commands.restart]\nargs = [{ name = "s", pattern = "a" }]\n';
  const after =
    '[commands.uptime]\n[commands.ls]\n[commands.restart]\nargs = [{ name = "s", pattern = "b" }]\n';
  assertEquals(await compare(before, after), {
    live: ["commands (added ls; removed df; changed restart)"],
    restart: [],
  });
  const many = Array.from({ length: 12 }, (_, index) => `"c${index}"`).join(", ");
  assertEquals((await compare("commands = []", `commands = [${many}]`)).live, [
    "commands (added c0, c1, c2, c3, c4, c5, c6, c7, c8, c9 and 2 more)",
  ]);
});

Deno.test("the time-out of commands without one of their own belongs to the allow-list", async () => {
  assertEquals(await compare("", "[limits]\nrun_timeout_ms = 5\n"), {
    live: ["commands (changed ping, uptime)", "limits.run_timeout_ms"],
    restart: [],
  });
});

Deno.test("a change of any key is either applied or needs a restart", async () => {
  const config = await load("");
  for (const { path, settings } of SERVER_SECTIONS) {
    for (const [name, { key }] of Object.entries(settings)) {
      if (name === "commands") continue;
      const table = path.length === 0 ? config : config[path[0] as "limits"];
      const changedTable = { ...table, [name]: "changed" };
      const changed = path.length === 0 ? changedTable : { ...config, [path[0]!]: changedTable };
      const { live, restart } = compareConfig(config, changed as typeof config);
      assertEquals([...live, ...restart], [[...path, key].join(".")]);
    }
  }
});
