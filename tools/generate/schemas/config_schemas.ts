// The configuration files of both programs as JSON Schemas, for editors. What only the programs check, such as values
// that do not fit each other, is not in them.

import { COMMAND_NAME } from "../../../src/rules/mod.ts";
import {
  ARGUMENT_SETTINGS,
  CLIENT_SECTIONS,
  COMMAND_SETTINGS,
  COMMANDS_SETTINGS,
  PROGRAM_SETTINGS,
  SERVER_SECTIONS,
  SESSION_AS_WRITTEN,
} from "../../../src/config/keys/mod.ts";
import type { Section } from "../../../src/config/reader/mod.ts";
import { type JsonSchema, properties, settingSchema, tableSchema } from "./setting_schema.ts";

const MAX_TABLES = COMMANDS_SETTINGS.commands.maxCount;

export function serverSchema(): JsonSchema {
  const list = settingSchema(COMMANDS_SETTINGS.commands);
  const { description, default: initial, ...names } = list;
  const tables = namedTables({ $ref: "#/definitions/command" });
  const fixed = sectionProperties(SERVER_SECTIONS);
  return fileSchema("rankserver", {
    ...fixed,
    commands: { description, default: initial, anyOf: [names, tables] },
    session: formerStore(),
  }, {
    command: tableSchema(COMMAND_SETTINGS, { args: ARGS }),
    argument: ARGUMENT,
  });
}

export function clientSchema(): JsonSchema {
  const { description, ...argv } = settingSchema(PROGRAM_SETTINGS.argv);
  const run = {
    description:
      "The program of each command; any other command is refused. Without this table, commands are only printed.",
    ...namedTables({ anyOf: [{ description, ...argv }, { $ref: "#/definitions/program" }] }),
  };
  return fileSchema("rankclient", { ...sectionProperties(CLIENT_SECTIONS), run }, {
    program: tableSchema(PROGRAM_SETTINGS, { args: ARGS }, { required: ["argv"] }),
    argument: ARGUMENT,
  });
}

const ARGS: JsonSchema = {
  description: "The rules for the arguments, in their order. Without this key, any arguments are accepted.",
  type: "array",
  items: { $ref: "#/definitions/argument" },
};

const ARGUMENT = tableSchema(ARGUMENT_SETTINGS, {}, {
  required: ["name"],
  not: { required: ["one_of", "pattern"] },
  dependencies: { min: ["integer"], max: ["integer"] },
});

function fileSchema(
  program: string,
  keys: Readonly<Record<string, JsonSchema>>,
  definitions: Readonly<Record<string, JsonSchema>>,
): JsonSchema {
  return {
    $schema: "http://json-schema.org/draft-07/schema#",
    title: `The configuration file of ${program}`,
    type: "object",
    properties: keys,
    additionalProperties: false,
    definitions,
  };
}

/** The keys above the first table, and the tables. */
function sectionProperties(sections: readonly Section[]): Record<string, JsonSchema> {
  return Object.assign(
    {},
    ...sections.map(({ path: [table], settings }) =>
      table === undefined ? properties(settings) : { [table]: tableSchema(settings) }
    ),
  );
}

function namedTables(schema: JsonSchema): JsonSchema {
  return {
    type: "object",
    propertyNames: { pattern: COMMAND_NAME.source },
    additionalProperties: schema,
    maxProperties: MAX_TABLES,
  };
}

function formerStore(): JsonSchema {
  const { store, ...settings } = SESSION_AS_WRITTEN.settings;
  const description = "Deprecated: use journal.file.";
  return tableSchema(settings, { store: { ...settingSchema(store), description, deprecated: true } });
}
