// Where the original of `@std/toml` and the local package differ, a configuration is read the same with both.

import { assert, assertEquals, assertInstanceOf, assertThrows } from "@std/assert";
import { parse } from "@std/toml";
import { ConfigError } from "../../src/config/toml/config_error.ts";
import { ProblemList } from "../../src/config/toml/problem_list.ts";
import { readToml } from "../../src/config/toml/read_toml.ts";
import type { ParseToml } from "../../src/config/toml/toml_scalar.ts";
import type { TomlTable } from "../../src/config/toml/toml_value.ts";
import { acts } from "../support/acting_text.ts";
import { parseLikeOriginal } from "./original_toml.ts";

const PARSERS: readonly ParseToml[] = [parse, parseLikeOriginal];

/** What both parsers lead to. */
function readWithBoth(text: string): TomlTable {
  const [table, other] = PARSERS.map((parse) => readToml(text, new ProblemList(undefined), parse));
  assertEquals(table, other);
  assert(table, `refused: ${text}`);
  return table;
}

function refusalByBoth(text: string): string {
  const messages: string[] = [];
  for (const parse of PARSERS) {
    const problems = new ProblemList(undefined);
    assertEquals(readToml(text, problems, parse), undefined);
    const error = assertThrows(() => problems.throwIfAny(), ConfigError);
    messages.push(error.message);
  }
  assertEquals(messages[0], messages[1]);
  return messages[0]!;
}

Deno.test("a key that is given twice is refused, though the original takes the last value", () => {
  const text = "port = 1\nport = 70";
  assertEquals(parseLikeOriginal(text), { port: 70 });
  assertEquals(
    refusalByBoth(text),
    '2:1: not valid TOML: duplicate key "port", first on line 1; remove one of the two',
  );
});

Deno.test("a list that is given twice is refused, though the original joins the two", () => {
  const text = 'commands = ["a"]\ncommands = ["b"]';
  assertEquals(parseLikeOriginal(text), { commands: ["a", "b"] });
  assertEquals(
    refusalByBoth(text),
    '2:1: not valid TOML: duplicate key "commands", first on line 1; remove one of the two',
  );
});

Deno.test("a table may come after one of its own tables, though the original refuses it", () => {
  const text = "[commands.x]\nmax_rank = 1\n[commands]\n";
  assertThrows(() => parseLikeOriginal(text), SyntaxError, "key length is not a positive number");
  assertEquals(readWithBoth(text), { commands: { x: { max_rank: 1 } } });
});

Deno.test("names that every object has are keys like others, though the original drops or refuses them", () => {
  assertThrows(() => parseLikeOriginal("[a.x]\n[a.constructor]"), SyntaxError, "Unexpected assign");
  assertEquals(parseLikeOriginal("__proto__ = 1"), {});
  assertEquals(Object.entries(readWithBoth("__proto__ = 1\n[constructor]\n[toString.x]")), [
    ["__proto__", 1],
    ["constructor", {}],
    ["toString", { x: {} }],
  ]);
});

Deno.test("a control character is refused, and never repeated as the original does", () => {
  const error = assertThrows(() => parseLikeOriginal("port = 1\n\0"), SyntaxError);
  assert(acts(error.message));
  for (const text of ["port = 1\n\0", 'name = "a\0b"', "port = 1 # \0"]) {
    const refusal = refusalByBoth(text);
    assert(refusal.endsWith(": not valid TOML: control character U+0000; remove it"), refusal);
    assert(!acts(refusal), refusal);
  }
});

Deno.test("a date or a time is a date to every setting, whatever the parser makes of it", () => {
  const times = ["1979-05-27T07:32:00Z", "1979-05-27", "07:32:00.999999"];
  assertEquals(parseLikeOriginal("at = 07:32:00.999999"), { at: "07:32:00.999999" });
  for (const time of times) assertInstanceOf(readWithBoth(`at = ${time}`).at, Date);
});

Deno.test("an escape means the same, though the original reads six digits after \\U and knows no \\e", () => {
  assertEquals(parseLikeOriginal('name = "\\U0001F600"'), { name: "\u01f600" });
  assertThrows(() => parseLikeOriginal('name = "\\e"'), SyntaxError, "Invalid escape sequence");
  assertEquals(readWithBoth('name = "\\U0001F600\\x41\\e"'), { name: "\u{1f600}A\x1b" });
});

Deno.test("a long string may end with quotes, which the original refuses", () => {
  assertThrows(() => parseLikeOriginal('name = """a"""""'), SyntaxError, "not closed");
  assertEquals(readWithBoth("name = \"\"\"a\"\"\"\"\"\nother = '''b'''''"), { name: 'a""', other: "b''" });
});

Deno.test("what the parser refuses all the same is a problem with its place, in our words", () => {
  const refusing: ParseToml = () => {
    throw new SyntaxError("Parse error on line 1, column 8: \0");
  };
  const problems = new ProblemList(undefined);
  assertEquals(readToml("\nport = 1", problems, refusing), undefined);
  const error = assertThrows(() => problems.throwIfAny(), ConfigError);
  assertEquals(error.message, "2:8: not valid TOML: invalid value");
});
