// The reader of configurations against tables of what TOML allows and what it does not, in all parts of the format.

import { assert, assertEquals, assertStringIncludes, assertThrows } from "@std/assert";
import { decodeText } from "../../../src/cli/shared/decode_text.ts";
import { ConfigError } from "../../../src/config/toml/config_error.ts";
import { ProblemList } from "../../../src/config/toml/problem_list.ts";
import { loadServerConfig } from "../../../src/config/server_config.ts";
import { readToml } from "../../../src/config/toml/read_toml.ts";
import type { TomlTable } from "../../../src/config/toml/toml_value.ts";
import { checkTable, type Row } from "../../support/check_table.ts";
import * as invalidDocuments from "./tables/invalid_documents.ts";
import * as invalidValues from "./tables/invalid_values.ts";
import * as documents from "./tables/valid_documents.ts";
import * as values from "./tables/valid_values.ts";

const encoder = new TextEncoder();

/** A table, or why the bytes of a file are none. */
function read(bytes: Uint8Array): TomlTable | string {
  const { text, fault } = decodeText(bytes);
  if (fault !== undefined) return fault.reason;
  const problems = new ProblemList(undefined);
  const table = readToml(text, problems);
  if (table !== undefined) return table;
  const error = assertThrows(() => problems.throwIfAny(), ConfigError);
  return error.problems[0]!.message;
}

for (const [name, rows] of Object.entries(values)) {
  Deno.test(`TOML: ${name.toLowerCase().replaceAll("_", " ")}`, () =>
    checkTable(rows, (text, value) => {
      for (const file of [text, `${text}\n`, `# x\r\n${text} # y\r\n`]) {
        assertEquals(read(encoder.encode(file)), { a: value });
      }
    }));
}

for (const [name, rows] of Object.entries(documents)) {
  Deno.test(`TOML: ${name.toLowerCase().replaceAll("_", " ")}`, () =>
    checkTable(rows, (text, table) => assertEquals(read(encoder.encode(text)), table)));
}

for (const [name, rows] of Object.entries({ ...invalidValues, ...invalidDocuments })) {
  Deno.test(`TOML: ${name.toLowerCase().replaceAll("_", " ")}`, () =>
    checkTable(rows, (text, reason) => {
      const refusal = read(encoder.encode(text));
      assert(typeof refusal === "string", `read as ${JSON.stringify(refusal)}`);
      assertStringIncludes(refusal, reason);
    }));
}

const bytes = (...parts: readonly (string | number)[]) =>
  Uint8Array.from(parts.flatMap((part) => typeof part === "string" ? [...encoder.encode(part)] : [part]));

const ENCODINGS: readonly Row<Uint8Array, string>[] = [
  ["Latin-1 in a string", bytes('a = "caf', 0xe9, '"'), "is not UTF-8"],
  ["Latin-1 in a comment", bytes("# caf", 0xe9, "\na = 1"), "is not UTF-8"],
  ["Latin-1 in a key", bytes('"caf', 0xe9, '" = 1'), "is not UTF-8"],
  ["a character cut short at the end", bytes("# ", 0xe2, 0x82), "is not UTF-8"],
  ["a byte that only continues one", bytes("# ", 0x80), "is not UTF-8"],
  ["a slash in two bytes", bytes('a = "', 0xc0, 0xaf, '"'), "is not UTF-8"],
  ["a NUL in two bytes", bytes('a = "', 0xc0, 0x80, '"'), "is not UTF-8"],
  ["a surrogate", bytes('a = "', 0xed, 0xa0, 0x80, '"'), "is not UTF-8"],
  [
    "a pair of surrogates, each in three bytes",
    bytes('a = "', 0xed, 0xa0, 0xbd, 0xed, 0xb8, 0x80, '"'),
    "is not UTF-8",
  ],
  ["beyond the last character", bytes('a = "', 0xf4, 0x90, 0x80, 0x80, '"'), "is not UTF-8"],
  ["a form of five bytes", bytes('a = "', 0xf8, 0x88, 0x80, 0x80, 0x80, '"'), "is not UTF-8"],
  ["0xfe", bytes("# ", 0xfe), "is not UTF-8"],
  ["UTF-16 with a byte order mark", bytes(0xff, 0xfe, "a", 0, "=", 0, "1", 0), "is UTF-16 (little-endian)"],
  ["UTF-16 the other way round", bytes(0xfe, 0xff, 0, "a", 0, "=", 0, "1"), "is UTF-16 (big-endian)"],
  ["UTF-16 without a mark", bytes("a", 0, "=", 0, "1", 0), "is UTF-16 (little-endian)"],
  ["UTF-32", bytes(0xff, 0xfe, 0, 0, "a", 0, 0, 0), "is UTF-32"],
  ["two byte order marks", bytes("\ufeff\ufeffa = 1"), "byte order mark"],
];

Deno.test("TOML: encodings", () =>
  checkTable(ENCODINGS, (file, reason) => {
    const refusal = read(file);
    assert(typeof refusal === "string", `read as ${JSON.stringify(refusal)}`);
    assertStringIncludes(refusal, reason);
  }));

/** Values of the right form at first sight: a setting refuses what it cannot hold exactly. */
const SETTINGS: readonly Row<string, string>[] = [
  ["a date", "port = 1979-05-27", "a date"],
  ["a date with a month that there is not", "port = 2001-13-01", "a date"],
  ["a day that there is not", "port = 2001-02-30T10:00:00Z", "a date"],
  ["an hour that there is not", "port = 2001-02-03T25:00:00Z", "a date"],
  ["a date and time", "port = 1979-05-27T07:32:00Z", "a date"],
  ["a date and time with an offset", "port = 1979-05-27T00:32:00.999999-07:00", "a date"],
  ["a date and time with a blank", "port = 1979-05-27 07:32:00", "a date"],
  ["a time", "port = 07:32:00", "a date"],
  ["a date in a list of strings", 'commands = ["a", 1979-05-27]', "a date"],
  ["a date cut short", "port = 1979-05", "not a number"],
  ["a date with one digit", "port = 1979-5-27", "not a number"],
  ["a date with slashes", "port = 1979/05/27", "expected"],
  ["a date with text behind", "port = 1979-05-27x", "expected"],
  ["a time with one digit", "port = 7:32:00", "expected"],
  ["a time without minutes", "port = 1979-05-27T07", "expected"],
  ["an offset without minutes", "port = 1979-05-27T07:32:00+07", "expected"],
  ["a fraction without digits", "port = 07:32:00.", "expected"],
  ["two blanks before the time", "port = 1979-05-27  07:32:00", "expected"],
  ["an integer in quotes", 'port = "6001"', '"port"'],
  ["a fraction", "port = 6001.5", '"port"'],
  ["not a number", "port = nan", '"port"'],
  ["infinity", "port = inf", '"port"'],
  ["a boolean", "port = true", '"port"'],
  ["a list", "port = [6001]", '"port"'],
  ["a table", "port = {}", '"port"'],
  ["below the least", "port = -1", '"port"'],
  ["the last 64-bit integer", "port = 9223372036854775807", '"port"'],
  ["beyond all 64-bit integers", "port = 9223372036854775808", '"port"'],
  ["the first 64-bit integer", "port = -9223372036854775808", '"port"'],
  ["far beyond, in hexadecimal", "port = 0xffffffffffffffffffff", '"port"'],
  ["a float beyond all floats", "port = 1e400", '"port"'],
  ["an integer beyond 2^53 in a rule", rule("max = 9007199254740993"), '.max"'],
  ["an integer below -2^53 in a rule", rule("min = -9007199254740993"), '.min"'],
  ["a boolean in quotes", rule('optional = "true"'), '.optional"'],
  ["a number for a boolean", rule("optional = 1"), '.optional"'],
  ["a number for a text", "host = 1", '"host"'],
  ["a number in a list of strings", 'commands = ["a", 1]', '"commands[1]"'],
  ["a text for a list", 'commands = "ping"', '"commands"'],
  ["a text for a table", 'limits = "x"', '"limits"'],
  ["a list of tables for a table", "[[limits]]\nline_bytes = 4096", '"limits"'],
  ["__proto__", "__proto__ = 1", '"__proto__"'],
  ["a table __proto__", "[__proto__]\nport = 1", '"__proto__"'],
  ["a name of every object", "[limits.constructor]\nname = 1", '"limits.constructor"'],
];

function rule(line: string): string {
  return `[[commands.x.args]]\nname = "a"\ninteger = true\n${line}`;
}

Deno.test("TOML: settings that cannot be held exactly", () =>
  checkTable(SETTINGS, async (text, part) => {
    const error = await loadServerConfig({ file: { path: "f.toml", text } }).then(
      () => new Error("accepted"),
      (error) => error,
    );
    assertStringIncludes(error.message, part);
  }));
