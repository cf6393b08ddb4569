// The manual page of the configuration files of both programs, rankserver.toml(5).

import {
  ARGUMENT_SETTINGS,
  CLIENT_ENV_PREFIX,
  CLIENT_SECTIONS,
  COMMAND_SETTINGS,
  PROGRAM_SETTINGS,
  SERVER_ENV_PREFIX,
  SERVER_SECTIONS,
  TOKEN_SETTINGS,
} from "../../../src/config/keys/mod.ts";
import type { Section } from "../../../src/config/reader/mod.ts";
import type { Setting, Settings } from "../../../src/config/reader/setting.ts";
import { count } from "../../../src/words/mod.ts";
import { code, type Item, type Mdoc, prose, tagList } from "./mdoc.ts";
import { defaultText, headLines, seeAlso } from "./page_parts.ts";

export function configPage(date: Date): string {
  return [
    ...headLines({
      title: "rankserver.toml",
      section: 5,
      names: ["rankserver.toml", "client.toml"],
      description: "configuration of rankserver and rankclient",
      date,
    }),
    ".Sh DESCRIPTION",
    ...prose(
      "Both programs read a TOML file that is named with --config; neither has a default path. An omitted key has its " +
        "default. An unknown key is an error.",
    ),
    ".Pp",
    ...prose(
      "A flag overrides an environment variable, and a variable overrides the file. The variable of a key has the name " +
        `of the program, of the table and of the key, in capital letters: ${SERVER_ENV_PREFIX}_LIMITS_LINE_BYTES for ` +
        `limits.line_bytes, ${CLIENT_ENV_PREFIX}_PORT for port. Relative paths are relative to the directory of the ` +
        "file.",
    ),
    ".Pp",
    "With",
    ".Fl \\-check ,",
    ...prose(
      "each program reports the errors in a file with their lines, and exits. A SIGHUP makes rankserver read it again.",
    ),
    ".Sh KEYS OF RANKSERVER",
    ...sectionLines(SERVER_SECTIONS),
    ...tableLines("commands.NAME", COMMANDS_TEXT, COMMAND_SETTINGS, ARGS_ITEM),
    ...tableLines("args", ARGUMENTS_TEXT, ARGUMENT_SETTINGS),
    ".Sh KEYS OF RANKCLIENT",
    ...sectionLines(CLIENT_SECTIONS),
    ...tableLines("run.NAME", PROGRAMS_TEXT, PROGRAM_SETTINGS, ARGS_ITEM),
    ".Sh KEYS OF THE TOKENS FILE",
    ...tableLines("tokens.NAME", TOKENS_TEXT, TOKEN_SETTINGS),
    ".Sh FILES",
    ...tagList([{
      head: "Pa /etc/rankserver/server.toml",
      body: prose("The configuration of rankserver in the Debian package."),
    }]),
    ".Sh EXAMPLES",
    "A server for other machines, with one command that has a rule:",
    ".Bd -literal -offset indent",
    ...SERVER_EXAMPLE.map(code),
    ".Ed",
    ".Pp",
    "A client that executes it:",
    ".Bd -literal -offset indent",
    ...CLIENT_EXAMPLE.map(code),
    ".Ed",
    ...seeAlso([["rankclient", 1], ["rankserver", 1]]),
    "",
  ].join("\n");
}

const COMMANDS_TEXT =
  "Instead of the list of names, a table for each command can specify more. An empty table is the same as a name in the " +
  "list.";
const ARGUMENTS_TEXT = "The rules for the arguments of a command or a program, one table for each argument.";
const PROGRAMS_TEXT =
  "The program of each command. Without any, commands are only printed. A list alone, such as run.uptime = " +
  '["uptime"], is the key argv.';

const TOKENS_TEXT =
  "One table for each token, in the file that auth.tokens_file names. rankserver --new-token adds one.";

const ARGS_ITEM: Item = {
  head: "Va args",
  body: prose(
    "List of tables, the rules for the arguments in their order. Without it, any arguments are accepted.",
  ),
};

export const SERVER_EXAMPLE = [
  'host = "0.0.0.0"',
  "",
  "[commands.ping]",
  "",
  "[commands.restart]",
  "max_rank = 0",
  'args = [{ name = "service", one_of = ["nginx", "redis"] }]',
];

export const CLIENT_EXAMPLE = [
  "[run]",
  'ping = ["true"]',
  "",
  "[run.restart]",
  'argv = ["systemctl", "restart", "{service}"]',
  'args = [{ name = "service", one_of = ["nginx", "redis"] }]',
];

/** The tables with fixed keys; several sections may be of one table. */
function sectionLines(sections: readonly Section[]): Mdoc {
  const tables = Map.groupBy(sections, ({ path }) => path.join("."));
  return [...tables].flatMap(([path, parts]) => [
    path === "" ? ".Ss Above the first table" : `.Ss The table ${path}`,
    ...tagList(parts.flatMap(({ settings }) => items(settings))),
  ]);
}

function tableLines(path: string, text: string, settings: Settings, ...more: readonly Item[]): Mdoc {
  return [
    path === "args" ? ".Ss The list args" : `.Ss The tables ${path}`,
    ...prose(text),
    ...tagList([...items(settings), ...more]),
  ];
}

function items(settings: Settings): Item[] {
  return Object.values(settings).map((setting): Item => ({
    head: `Va ${setting.key}`,
    body: [...prose(`${kindText(setting)}.`), ...prose(setting.help)],
  }));
}

function kindText(setting: Setting): string {
  const initial = defaultText(setting);
  return initial === undefined ? rangeText(setting) : `${rangeText(setting)}; the default is ${initial}`;
}

function rangeText(setting: Setting): string {
  switch (setting.kind) {
    case "integer":
      return `Integer from ${setting.min} to ${setting.max}`;
    case "boolean":
      return "Boolean";
    case "choice":
      return setting.choices.map((choice) => `"${choice}"`).join(" or ").replace(
        /^./,
        (first) => first.toUpperCase(),
      );
    case "text":
      return setting.isPath ? "Path" : `Text of at most ${count(setting.maxLength, "character")}`;
    case "texts":
      return `List of at most ${count(setting.maxCount, "text")}`;
  }
}
