// The schemas of the configuration files say what the readers accept and refuse, value by value, and accept every
// example in the files and the documents.

import { assert, assertEquals } from "@std/assert";
import { Ajv, type ValidateFunction } from "ajv";
import { loadClientConfig } from "../../../src/config/client_config.ts";
import { CLIENT_SECTIONS } from "../../../src/config/keys/client_keys.ts";
import { ARGUMENT_SETTINGS, COMMAND_SETTINGS, PROGRAM_SETTINGS } from "../../../src/config/keys/rule_keys.ts";
import { SERVER_SECTIONS } from "../../../src/config/keys/server_keys.ts";
import { checkValue } from "../../../src/config/reader/check_setting.ts";
import type { Setting } from "../../../src/config/reader/setting.ts";
import { loadServerConfig } from "../../../src/config/server_config.ts";
import { ProblemList } from "../../../src/config/toml/problem_list.ts";
import { readToml } from "../../../src/config/toml/read_toml.ts";
import type { JsonSchema } from "../../../tools/generate/schemas/setting_schema.ts";
import { clientSchema, serverSchema } from "../../../tools/generate/schemas/config_schemas.ts";
import { projectFiles, readProjectFile } from "../../docs/project_files.ts";

const PROGRAMS = {
  rankserver: { accepts: compile(serverSchema()), sections: SERVER_SECTIONS, load: loadServerConfig },
  rankclient: { accepts: compile(clientSchema()), sections: CLIENT_SECTIONS, load: loadClientConfig },
} as const;
type ProgramName = keyof typeof PROGRAMS;
type Program = typeof PROGRAMS[ProgramName];

function compile(schema: JsonSchema): ValidateFunction {
  return new Ajv({ strict: true, strictTypes: false, strictRequired: false, allErrors: true }).compile(
    schema,
  );
}

function assertAccepted(accepts: ValidateFunction, document: unknown, where: string): void {
  const isValid = accepts(document);
  assert(isValid, `${where}: ${JSON.stringify(accepts.errors)}`);
}

/** A file with one key. */
function withKey(path: readonly string[], value: unknown): unknown {
  return path.reduceRight((inner: unknown, key) => ({ [key]: inner }), value);
}

/** Values at and beyond the bounds of a key, and of other types. */
function candidates(setting: Setting): unknown[] {
  const others = [0, 1.5, -1, "x", "", " ", true, false, [], ["x"], ["x", "x"], ["a b"], {}, "a\u0001b", [
    "\u0001",
  ]];
  const names = [
    "10.0.0.1:4222",
    "[::1]:80",
    "::1",
    "a:b",
    "u@h",
    "[x",
    "x]",
    "/rank",
    "/rank/",
    "a/b",
    "none",
    "json",
  ];
  const own = setting.default === undefined ? [] : [setting.default];
  switch (setting.kind) {
    case "integer": {
      const { min, max } = setting;
      return [...others, ...own, min, max, min - 1, max + 1].filter((value) =>
        typeof value !== "number" || Math.abs(value) <= Number.MAX_SAFE_INTEGER
      );
    }
    case "choice":
      return [...others, ...own, ...setting.choices];
    case "text":
      return [...others, ...own, ...names, "x".repeat(setting.maxLength), "x".repeat(setting.maxLength + 1)];
    case "texts": {
      const many = Array.from({ length: setting.maxCount + 1 }, (_, at) => `x${at}`);
      return [...others, ...own, ...names.map((name) => [name]), many, many.slice(1)];
    }
    case "boolean":
      return [...others, ...own];
  }
}

for (const [name, { accepts, sections }] of Object.entries(PROGRAMS)) {
  Deno.test(`the schema of ${name} accepts and refuses what the reader of each key does`, () => {
    let [accepted, refused] = [0, 0];
    for (const { path, settings } of sections) {
      for (const setting of Object.values(settings)) {
        // Tables are values of it, too.
        const values = candidates(setting).filter((value) =>
          setting.key !== "commands" || Array.isArray(value)
        );
        for (const value of values) {
          const isAccepted = checkValue(setting, value) === undefined;
          assertEquals(
            accepts(withKey([...path, setting.key], value)),
            isAccepted,
            `${[...path, setting.key].join(".")} = ${JSON.stringify(value).slice(0, 100)}`,
          );
          if (isAccepted) accepted++;
          else refused++;
        }
      }
    }
    assert(accepted > 50 && refused > 200, `only ${accepted} and ${refused} values`);
  });

  Deno.test(`the schema of ${name} refuses unknown keys, and explains all others`, () => {
    for (
      const path of [["prot"], ["limits", "line_byte"], ...sections.map((section) => [...section.path, "zz"])]
    ) {
      assertEquals(accepts(withKey(path, 1)), false, path.join("."));
    }
    const schema = accepts.schema as { properties: Record<string, Record<string, unknown>> };
    for (const { path: [table], settings } of sections) {
      const properties = table === undefined ? schema.properties : schema.properties[table]!.properties;
      for (const { key, help } of Object.values(settings)) {
        assertEquals((properties as typeof schema.properties)[key]!.description, help, key);
      }
    }
  });
}

Deno.test("the schemas check the tables of commands, programs and arguments like their readers", () => {
  const tables = [
    ["rankserver", ["commands", "restart"], COMMAND_SETTINGS, {}],
    ["rankclient", ["run", "restart"], PROGRAM_SETTINGS, { argv: ["x"] }],
  ] as const;
  for (const [name, path, settings, others] of tables) {
    const { accepts } = PROGRAMS[name];
    const isValid = (table: unknown) => accepts(withKey(path, table));
    for (const setting of Object.values<Setting>(settings)) {
      for (const value of candidates(setting)) {
        const wanted = checkValue(setting, value) === undefined;
        assertEquals(
          isValid({ ...others, [setting.key]: value }),
          wanted,
          `${setting.key} = ${JSON.stringify(value)}`,
        );
      }
    }
    for (const setting of Object.values<Setting>(ARGUMENT_SETTINGS)) {
      // These two are for integers.
      const more = ["min", "max"].includes(setting.key) ? { integer: true } : {};
      for (const value of candidates(setting)) {
        const wanted = checkValue(setting, value) === undefined;
        const rule = { name: "x", ...more, [setting.key]: value };
        assertEquals(
          isValid({ ...others, args: [rule] }),
          wanted,
          `${setting.key} = ${JSON.stringify(value)}`,
        );
      }
    }
    assertEquals(isValid({ ...others, args: [{ optional: true }] }), false, "an argument without a name");
    assertEquals(isValid({ ...others, args: [{ name: "x", one_of: ["a"], pattern: "a" }] }), false);
    assertEquals(isValid({ ...others, args: [{ name: "x", min: 1 }] }), false);
    assertEquals(accepts(withKey([path[0], "not a name"], others)), false);
  }
  assertEquals(PROGRAMS.rankclient.accepts({ run: { restart: {} } }), false, "a program without argv");
  assertEquals(PROGRAMS.rankclient.accepts({ run: { restart: [] } }), false, "an empty argv");
});

/** The configurations in the documents and examples, with those that the example files comment out. */
async function examples(): Promise<{ where: string; toml: string }[]> {
  const files = await projectFiles();
  const documents = await Promise.all(
    files.filter((path) => path.endsWith(".md")).map(async (path) => {
      const blocks = (await readProjectFile(path)).matchAll(/^( *)```toml.*\n([^]*?)^\1```$/gm);
      return [...blocks].map(([, , toml], at) => ({ where: `${path}, example ${at + 1}`, toml: toml! }));
    }),
  );
  const whole = await Promise.all(
    files.filter((path) => path.endsWith(".toml")).map(async (path) => ({
      where: path,
      toml: await readProjectFile(path),
    })),
  );
  const uncommented = whole.filter(({ where }) => where.endsWith(".example.toml")).map(({ where, toml }) => ({
    where: `${where}, uncommented`,
    toml: toml.replace(/^#(?=\S| {2}\{)/gm, "").replace(/^commands = .*$/m, ""),
  }));
  return [...documents.flat(), ...whole, ...uncommented];
}

Deno.test("every configuration in the files and the documents that a program accepts, its schema accepts", async () => {
  const found: Record<ProgramName, number> = { rankserver: 0, rankclient: 0 };
  for (const { where, toml } of await examples()) {
    const document = readToml(toml, new ProblemList(where));
    // The file of tokens has no schema.
    if (document === undefined || "tokens" in document) continue;
    // A part of a configuration may be valid only together with others.
    const isOfSchema = Object.values(PROGRAMS).some(({ accepts }) => accepts(document));
    assert(isOfSchema, `${where} is no configuration of either program`);
    for (const [name, { load, accepts }] of Object.entries(PROGRAMS) as [ProgramName, Program][]) {
      const isLoaded = await load({ file: { path: where, text: toml } }).then(() => true, () => false);
      if (!isLoaded) continue;
      found[name]++;
      assertAccepted(accepts, document, where);
    }
  }
  assert(found.rankserver >= 8 && found.rankclient >= 3, JSON.stringify(found));
});
