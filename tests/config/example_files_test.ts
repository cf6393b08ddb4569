// The example files show every key with its default and its bounds. They are compared with the tables of keys, and what
// they comment out is read too.

import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { loadClientConfig } from "../../src/config/client_config.ts";
import { CLIENT_SECTIONS } from "../../src/config/keys/client_keys.ts";
import {
  ARGUMENT_SETTINGS,
  COMMAND_SETTINGS,
  PATTERN_STEPS,
  PROGRAM_SETTINGS,
} from "../../src/config/keys/rule_keys.ts";
import { ProblemList } from "../../src/config/toml/problem_list.ts";
import { readToml } from "../../src/config/toml/read_toml.ts";
import { loadServerConfig } from "../../src/config/server_config.ts";
import { SERVER_SECTIONS } from "../../src/config/keys/server_keys.ts";
import type { Section, Setting, Settings } from "../../src/config/reader/setting.ts";
import type { TomlTable } from "../../src/config/toml/toml_value.ts";

const SERVER_EXAMPLE = readExample("config.example.toml");
const CLIENT_EXAMPLE = readExample("client.example.toml");

function readExample(name: string): string {
  return Deno.readTextFileSync(new URL(`../../${name}`, import.meta.url));
}

/** Uncomments the examples, which begin with "#" and no space; prose begins with "# ". */
function uncomment(example: string): string {
  return example.replace(/^#(?=\S| {2}\{)/gm, "");
}

/** The comment right above a key, perhaps a commented one, in its table of the example. */
function commentAbove(example: string, key: string, table: readonly string[] = []): string {
  const head = example.indexOf(`\n[${table.join(".")}]\n`);
  const lines = example.slice(Math.max(0, head)).split("\n");
  const at = lines.findIndex((line) => new RegExp(`^#?${key} = `).test(line));
  assert(at >= 0, `${key} is not in the example`);
  const start = lines.slice(0, at).findLastIndex((line) => !line.startsWith("# ")) + 1;
  return lines.slice(start, at).map((line) => line.slice(2)).join(" ");
}

function assertExplained(example: string, settings: Settings, table: readonly string[] = []): void {
  for (const setting of Object.values<Setting>(settings)) {
    const comment = commentAbove(example, setting.key, table).replaceAll("_", "");
    assertStringIncludes(comment, setting.help.replaceAll("_", ""));
    if (setting.kind === "integer") {
      assertStringIncludes(comment, `From ${setting.min} to ${setting.max}.`, `the bounds of ${setting.key}`);
    }
  }
}

function assertShowsDefaults(example: string, sections: readonly Section[]): void {
  const document = readToml(example, new ProblemList(undefined))!;
  for (const { path, settings } of sections) {
    const table = path.reduce((parent, key) => parent[key] as TomlTable, document);
    for (const setting of Object.values(settings)) {
      assertEquals(table[setting.key], setting.default, setting.key);
    }
    assertExplained(example, settings, path);
  }
}

Deno.test("both files name the most steps that a pattern may take", () => {
  for (const example of [SERVER_EXAMPLE, CLIENT_EXAMPLE]) {
    assertStringIncludes(
      example.replaceAll(/\n# /g, " "),
      `more than ${PATTERN_STEPS.toLocaleString("en").replace(",", "_")} steps`,
    );
  }
});

Deno.test("config.example.toml equals the defaults", async () => {
  const config = await loadServerConfig({ file: { path: "config.example.toml", text: SERVER_EXAMPLE } });
  assertEquals(config, await loadServerConfig({}));
});

Deno.test("config.example.toml shows and explains every key with its default and bounds", () => {
  assertShowsDefaults(SERVER_EXAMPLE, SERVER_SECTIONS);
  for (const { key } of Object.values(COMMAND_SETTINGS)) commentAbove(SERVER_EXAMPLE, key);
  for (const { key } of Object.values(ARGUMENT_SETTINGS)) {
    assertStringIncludes(uncomment(SERVER_EXAMPLE), `${key} = `);
  }
});

Deno.test("what config.example.toml comments out can be used", async () => {
  const text = uncomment(SERVER_EXAMPLE).replace(/^commands = .*$/m, "");
  const { commands } = await loadServerConfig({ file: { path: "config.example.toml", text } });
  assertEquals(commands.get("restart")!.args!.map(({ name }) => name), ["service", "delay_s", "hosts"]);
});

Deno.test("client.example.toml equals the defaults", async () => {
  const config = await loadClientConfig({ file: { path: "client.example.toml", text: CLIENT_EXAMPLE } });
  assertEquals(config, await loadClientConfig({}));
});

Deno.test("client.example.toml shows and explains every key with its default and bounds", () => {
  assertShowsDefaults(CLIENT_EXAMPLE, CLIENT_SECTIONS);
  for (const { key } of Object.values(PROGRAM_SETTINGS)) commentAbove(CLIENT_EXAMPLE, key);
  for (const { key } of Object.values(ARGUMENT_SETTINGS)) assertStringIncludes(CLIENT_EXAMPLE, key);
});

Deno.test("what client.example.toml comments out can be used", async () => {
  const { run, name } = await loadClientConfig({
    file: { path: "c.toml", text: uncomment(CLIENT_EXAMPLE) },
  });
  assertEquals([name, ...run!.keys()], ["web-3", "uptime", "disk", "restart", "show"]);
});
