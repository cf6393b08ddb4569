// Every flag, exit code and configuration key of the programs has one place that documents it, and nothing else is
// documented there. The lists come from what the programs print and read. What the tables of events have in them is tested
// beside the code that makes the events.

import { assert, assertEquals } from "@std/assert";
import { CLIENT_EXIT_MEANINGS, SERVER_EXIT_MEANINGS } from "../../src/cli/shared/exit_codes.ts";
import { renderHelp } from "../../src/cli/shared/render_help.ts";
import { CLIENT_ENV_PREFIX, CLIENT_FLAGS, CLIENT_SECTIONS } from "../../src/config/keys/client_keys.ts";
import { ARGUMENT_SETTINGS, COMMAND_SETTINGS, PROGRAM_SETTINGS } from "../../src/config/keys/rule_keys.ts";
import { SERVER_ENV_PREFIX, SERVER_FLAGS, SERVER_SECTIONS } from "../../src/config/keys/server_keys.ts";
import { TOKEN_SETTINGS } from "../../src/config/keys/token_keys.ts";
import type { FlagSpec, Section, Settings } from "../../src/config/reader/setting.ts";
import { listSettings } from "../../src/config/reader/settings_reader.ts";
import { readTables, type Table } from "./markdown_tables.ts";
import { projectFiles, readProjectFile } from "./project_files.ts";

const DOCUMENTS = (await projectFiles()).filter((path) => path.endsWith(".md"));
const TABLES: readonly (Table & { readonly path: string })[] = (await Promise.all(
  DOCUMENTS.map(async (path) => readTables(await readProjectFile(path)).map((table) => ({ path, ...table }))),
)).flat();

interface Program {
  readonly name: string;
  readonly flags: readonly FlagSpec[];
  readonly sections: readonly Section[];
  readonly prefix: string;
  readonly exitCodes: readonly (readonly [code: number, meaning: string])[];
  readonly example: string;
}

const PROGRAMS: readonly Program[] = [
  {
    name: "rankserver",
    flags: SERVER_FLAGS,
    sections: SERVER_SECTIONS,
    prefix: SERVER_ENV_PREFIX,
    exitCodes: SERVER_EXIT_MEANINGS,
    example: "config.example.toml",
  },
  {
    name: "rankclient",
    flags: CLIENT_FLAGS,
    sections: CLIENT_SECTIONS,
    prefix: CLIENT_ENV_PREFIX,
    exitCodes: CLIENT_EXIT_MEANINGS,
    example: "client.example.toml",
  },
];

/** The rows below a title of `--help`: what is at the left of each, in its order. */
function helpRows({ flags, sections, prefix, exitCodes }: Program, title: string): string[] {
  const settings = listSettings(sections, prefix);
  const help = renderHelp({ usage: [], summary: "", flags, settings, examples: [], exitCodes });
  const part = help.split(`\n${title}:\n`)[1]!.split("\n\n")[0]!;
  return [...part.matchAll(/^ {2}(\S.*?)(?: {2}|$)/gm)].map(([, left]) => left!);
}

/** The one table of all documents whose first column is `column`, below a heading that names the program. */
function onlyTable({ name }: Program, column: string): Table {
  const found = TABLES.filter(({ head, heading }) => head[0] === column && heading.endsWith(` ${name}`));
  assertEquals(
    found.length,
    1,
    `tables of ${column} for ${name}: ${found.map(({ path }) => path).join(", ")}`,
  );
  return found[0]!;
}

for (const program of PROGRAMS) {
  const { name, flags, sections, exitCodes, example } = program;

  Deno.test(`every flag of ${name} --help is documented once, with the key that it sets`, () => {
    const { rows } = onlyTable(program, "flag");
    const shown = helpRows(program, "Flags");
    assertEquals(shown.length, flags.length);
    assertEquals(rows.map(([flag]) => flag), shown.map((flag) => `\`${flag}\``));
    assertEquals(
      rows.map(([, key]) => key),
      flags.map(({ sets }) => sets === undefined ? "" : `\`${sets}\``),
    );
    assert(rows.every(([, , meaning]) => /^[A-Z].*\.$/.test(meaning!)));
  });

  Deno.test(`every exit code of ${name} is documented once`, () => {
    const { rows } = onlyTable(program, "exit code");
    assertEquals(helpRows(program, "Exit codes"), exitCodes.map(([code]) => String(code)));
    assertEquals(rows.map(([code]) => code), exitCodes.map(([code]) => String(code)));
    assert(rows.every(([, meaning]) => /\.$/.test(meaning!)));
  });

  Deno.test(`every key of ${name} is in ${example} once, and no other`, async () => {
    const tables = keysByTable(await readProjectFile(example));
    for (const { path } of sections) {
      const known = sections.filter((other) => other.path.join(".") === path.join("."))
        .flatMap(({ settings }) => keysOf(settings));
      assertEquals(tables.get(path.join("."))?.toSorted(), known.toSorted(), `the table [${path.join(".")}]`);
    }
  });
}

Deno.test("no other document has a table of flags or exit codes", () => {
  const elsewhere = TABLES.filter(({ path, head }) =>
    /^(?:options?|flags?|(?:exit )?codes?)$/i.test(head[0]!) && path !== "docs/command-line.md" &&
    !path.startsWith("docs/protocol")
  );
  assertEquals(elsewhere.map(({ path, heading }) => `${path}: ${heading}`), []);
});

Deno.test("the events of the log and of --json have one table each", () => {
  const ofEvents = TABLES.filter(({ head, rows }) =>
    /^`?event`?$/.test(head[0]!) && rows.every(([first]) => /^`\w+`$/.test(first!))
  );
  assertEquals(ofEvents.map(({ path }) => path).toSorted(), ["docs/client-output.md", "docs/log.md"]);
});

Deno.test("every key of a command, a program and an argument is in the example of its file once", async () => {
  const server = keysByTable(await readProjectFile("config.example.toml"));
  assertEquals(
    server.get("commands.restart")?.toSorted(),
    [...keysOf(COMMAND_SETTINGS), "args"].toSorted(),
  );
  const client = keysByTable(await readProjectFile("client.example.toml"));
  assertEquals(client.get("run.restart")?.toSorted(), [...keysOf(PROGRAM_SETTINGS), "args"].toSorted());
  // In the comment above `args`, which lists what a rule may have.
  for (const [example, anchor] of [["config", "Each rule has"], ["client", "The rules are those"]] as const) {
    const text = (await readProjectFile(`${example}.example.toml`)).replaceAll("\n# ", " ");
    const [list = ""] = text.slice(text.indexOf(anchor)).match(/^.*?rest = true/s) ?? [];
    const absent = keysOf(ARGUMENT_SETTINGS).filter((key) => !new RegExp(`\\b${key}\\b`).test(list));
    assertEquals(absent, [], `${example}.example.toml`);
  }
});

Deno.test("every key of a token is in the example of docs/tokens.md once", async () => {
  const page = await readProjectFile("docs/tokens.md");
  const examples = [...page.matchAll(/```toml\n([^]*?)```/g)].map(([, toml]) => keysByTable(toml!));
  const tokens = examples.flatMap((tables) => [...tables].filter(([path]) => path.startsWith("tokens.")));
  const whole = tokens.filter(([, keys]) => keys.includes("sha256"));
  assertEquals(whole.map(([, keys]) => keys.toSorted()), [keysOf(TOKEN_SETTINGS).toSorted()]);
});

Deno.test("a table is read with its heading, and bars in code are part of a cell", () => {
  const page =
    "# A\n| x | y |\n| - | - |\n| `a\\|b` | c |\n\n```text\n| no | table |\n```\n## `B` b\n| z |\n| - |\n";
  assertEquals(readTables(page), [
    { heading: "A", head: ["x", "y"], rows: [["`a|b`", "c"]] },
    { heading: "B b", head: ["z"], rows: [] },
  ]);
});

function keysOf(settings: Settings): string[] {
  return Object.values(settings).map(({ key }) => key);
}

/** The keys of each table of a file, commented ones included; "" has those above the first table. */
function keysByTable(toml: string): Map<string, string[]> {
  const tables = new Map<string, string[]>();
  let path = "";
  for (const line of toml.split("\n")) {
    path = /^#?\[([\w.-]+)\]$/.exec(line)?.[1] ?? path;
    const key = /^#?(\w+) = /.exec(line)?.[1];
    if (key === undefined) continue;
    const keys = tables.get(path) ?? [];
    keys.push(key);
    tables.set(path, keys);
  }
  return tables;
}
