// The manual pages: mandoc finds nothing wrong with them, and they show every flag, key and exit code.

import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { CLIENT_EXIT_MEANINGS, SERVER_EXIT_MEANINGS } from "../../../src/cli/shared/exit_codes.ts";
import { CLIENT_FLAGS, CLIENT_SECTIONS } from "../../../src/config/keys/client_keys.ts";
import { SERVER_FLAGS, SERVER_SECTIONS } from "../../../src/config/keys/server_keys.ts";
import { ARGUMENT_SETTINGS, COMMAND_SETTINGS, PROGRAM_SETTINGS } from "../../../src/config/keys/rule_keys.ts";
import { TOKEN_SETTINGS } from "../../../src/config/keys/token_keys.ts";
import type { Setting } from "../../../src/config/reader/setting.ts";
import { loadClientConfig } from "../../../src/config/client_config.ts";
import { loadServerConfig } from "../../../src/config/server_config.ts";
import { CLIENT_EXAMPLE, configPage, SERVER_EXAMPLE } from "../../../tools/generate/man/config_page.ts";
import { code, prose } from "../../../tools/generate/man/mdoc.ts";
import { clientPage, serverPage } from "../../../tools/generate/man/program_page.ts";
import { dateOf } from "../../../tools/generate/page_date.ts";

const DATE = new Date("2026-01-24T00:00:00Z");
const isMandocMissing = isMissing();

function isMissing(): boolean {
  try {
    new Deno.Command("mandoc", { args: ["-Tlint"], stdin: "null", stdout: "null", stderr: "null" })
      .outputSync();
    return false;
  } catch {
    console.log("mandoc is missing: the tests of the manual pages are ignored");
    return true;
  }
}

async function mandoc(page: string, format: string): Promise<string> {
  const child = new Deno.Command("mandoc", {
    args: [format, "-Owidth=1000"],
    stdin: "piped",
    stdout: "piped",
    stderr: "piped",
  }).spawn();
  const input = child.stdin.getWriter();
  await input.write(new TextEncoder().encode(page));
  await input.close();
  const { stdout, stderr } = await child.output();
  const text = new TextDecoder().decode(stdout) + new TextDecoder().decode(stderr);
  // Bold and underlined text is printed over itself.
  // deno-lint-ignore no-control-regex -- a backspace
  return text.replace(/.\x08/g, "");
}

const PAGES = {
  rankserver: serverPage(DATE),
  rankclient: clientPage(DATE),
  "rankserver.toml": configPage(DATE),
};

for (const [name, page] of Object.entries(PAGES)) {
  Deno.test({
    name: `mandoc finds nothing wrong with the manual page ${name}`,
    ignore: isMandocMissing,
    fn: async () => {
      const found = (await mandoc(page, "-Tlint")).split("\n");
      // The pages name each other, and are not installed here.
      const notFound = /referenced manual not found: Xr (?:rankserver|rankclient|rankserver\.toml) [15]/;
      assertEquals(found.filter((line) => line !== "" && !notFound.test(line)), []);
      const wrong = await mandoc(page.replace(".Sh EXAMPLES", ".Sh\n.Zz"), "-Tlint");
      assertStringIncludes(wrong, "Zz");
    },
  });
}

Deno.test({
  name: "the pages of the programs show every flag and exit code as --help does",
  ignore: isMandocMissing,
  fn: async () => {
    const programs = [
      [PAGES.rankserver, SERVER_FLAGS, SERVER_EXIT_MEANINGS],
      [PAGES.rankclient, CLIENT_FLAGS, CLIENT_EXIT_MEANINGS],
    ] as const;
    for (const [page, flags, codes] of programs) {
      const shown = (await mandoc(page, "-Tascii")).replace(/\s+/g, " ");
      for (const flag of flags) {
        const value = "value" in flag ? ` ${flag.value}` : "";
        assertStringIncludes(shown, ` --${flag.name}${value} ${flag.help.replace(/\s+/g, " ")}`);
      }
      for (const [exitCode, meaning] of codes) {
        const sentence = `${meaning.charAt(0).toUpperCase()}${meaning.slice(1)}.`;
        assertStringIncludes(shown, ` ${exitCode} ${sentence}`);
      }
    }
  },
});

Deno.test({
  name: "the page of the configuration shows every key with its help",
  ignore: isMandocMissing,
  fn: async () => {
    const shown = (await mandoc(PAGES["rankserver.toml"], "-Tascii")).replace(/\s+/g, " ");
    const tables = [COMMAND_SETTINGS, ARGUMENT_SETTINGS, PROGRAM_SETTINGS, TOKEN_SETTINGS];
    const sections = [...SERVER_SECTIONS, ...CLIENT_SECTIONS].map((section) => section.settings);
    const settings = [...sections, ...tables].flatMap((settings) => Object.values<Setting>(settings));
    assert(settings.length > 80);
    for (const { key, help } of settings) assertStringIncludes(shown, help.replace(/\s+/g, " "), key);
  },
});

Deno.test("the examples of the page are configurations", async () => {
  const server = await loadServerConfig({ file: { path: "server.toml", text: SERVER_EXAMPLE.join("\n") } });
  assertEquals([...server.commands.keys()], ["ping", "restart"]);
  const client = await loadClientConfig({ file: { path: "client.toml", text: CLIENT_EXAMPLE.join("\n") } });
  assertEquals([...client.run!.keys()], ["ping", "restart"]);
});

Deno.test("text cannot be taken for a macro or an escape", () => {
  assertEquals(prose(".Sh a\\b"), ["\\&.Sh a\\eb"]);
  assertEquals(prose("Use --json. It's 1-2."), ["Use \\-\\-json.", "It's 1-2."]);
  assertEquals(code("'a' --b-c | d"), "\\&'a' \\-\\-b\\-c | d");
});

Deno.test("the date of a page is that of the version in the changelog", () => {
  const changelog = "# Changelog\n\n## 0.2.0 (unreleased)\n\n## 0.1.0 (2026-01-24)\n";
  assertEquals(dateOf("0.1.0", changelog), DATE);
  assertEquals(dateOf("0.2.0", changelog), undefined);
  assertStringIncludes(PAGES.rankserver, ".Dd January 24, 2026\n");
});
