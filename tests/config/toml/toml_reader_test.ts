// How the text of a configuration is read, and which texts are refused, compared with a TOML library.

import { assert, assertEquals, assertInstanceOf, assertThrows } from "@std/assert";
import fc from "fast-check";
import { parse as secondOpinion } from "smol-toml";
import { ConfigError } from "../../../src/config/toml/config_error.ts";
import { ProblemList } from "../../../src/config/toml/problem_list.ts";
import { readToml } from "../../../src/config/toml/read_toml.ts";
import type { TomlTable } from "../../../src/config/toml/toml_value.ts";
import { holds } from "../../support/seed.ts";

function read(text: string): TomlTable {
  const table = readToml(text, new ProblemList("f.toml"));
  assert(table, `refused: ${text}`);
  return table;
}

/** "line:column reason" */
function refusalOf(text: string): string {
  const problems = new ProblemList(undefined);
  assertEquals(readToml(text, problems), undefined, text);
  const error = assertThrows(() => problems.throwIfAny(), ConfigError);
  const { line, column, message } = error.problems[0]!;
  assertEquals(message.replace(/: .*/s, ""), "not valid TOML");
  const lines = text.split("\n");
  assert(line! <= lines.length && column! <= [...lines[line! - 1]!].length + 1, "a place outside the text");
  return `${line}:${column} ${message.slice("not valid TOML: ".length)}`;
}

Deno.test("a key that is given twice is refused, in whatever way it is given", () => {
  for (
    const [text, refusal] of [
      ["port = 1\nport = 70", '2:1 duplicate key "port", first on line 1'],
      ['port = 1\n"po\\u0072t" = 70', '2:1 duplicate key "port", first on line 1'],
      ["a.b = 1\na.b = 2", '2:3 duplicate key "b", first on line 1'],
      ["a.b = 1\na.b.c = 2", '2:3 duplicate key "b", first on line 1'],
      ["[limits]\n[log]\n[limits]", '3:2 duplicate table "limits", first on line 1'],
      ["[a]\nb.c = 1\n[a.b]", '3:4 duplicate key "b", first on line 2'],
      ["[a.b]\nc = 1\n[a]\nb.d = 2", '4:1 duplicate key "b", first on line 1'],
      ["[a.b.c]\n[a]\nb.d = 2", '3:1 duplicate key "b", first on line 1'],
      ["a = { b = 1 }\n[a]", '2:2 duplicate key "a", first on line 1'],
      ["a = { b = 1 }\na.c = 2", '2:1 duplicate key "a", first on line 1'],
      ["a = { b = 1, b = 2 }", '1:14 duplicate key "b", first on line 1'],
      ["a = { b.c = 1, b = 2 }", '1:16 duplicate key "b", first on line 1'],
      ["a = [{ b = 1 }]\n[[a]]", '2:3 duplicate key "a", first on line 1'],
      ["[a]\n[[a]]", '2:3 duplicate key "a", first on line 1'],
      ["[[a]]\n[a]", '2:2 duplicate key "a", first on line 1'],
      ["[[a.b]]\n[a]\nb.c = 1", '3:1 duplicate key "b", first on line 1'],
    ] as const
  ) assertEquals(refusalOf(text), refusal);
});

Deno.test("a table cannot be made in what is no table, or is complete", () => {
  for (
    const [text, refusal] of [
      ["commands = 3\n[commands.x]", '2:2 "commands" already has a value, on line 1'],
      ["commands = []\n[commands.x]", '2:2 "commands" already has a value, on line 1'],
      ["a = { b = 1 }\n[a.c]", '2:2 "a" already has a value, on line 1'],
      ["[x]\na = [{ b = 1 }]\n[[x.a.c]]", '3:5 "a" already has a value, on line 2'],
    ] as const
  ) assertEquals(refusalOf(text), refusal);
});

Deno.test("tables may come in any order", () => {
  assertEquals(read("[commands.x]\nmax_rank = 1\n[commands]\n[log]\n[commands.y]"), {
    commands: { x: { max_rank: 1 }, y: {} },
    log: {},
  });
  assertEquals(read("[a.b.c]\nd = 1\n[a]\ne = 2\n[a.b]\nf = 3"), { a: { b: { c: { d: 1 }, f: 3 }, e: 2 } });
  assertEquals(read("[[a.b]]\nc = 1\n[a]\nd = 2\n[[a.b]]\n[a.b.e]"), {
    a: { b: [{ c: 1 }, { e: {} }], d: 2 },
  });
  assertEquals(read("a.b.c = 1\n[a.d]\ne = 2\n[a.b.f]"), { a: { b: { c: 1, f: {} }, d: { e: 2 } } });
});

Deno.test("a control character and an impossible escape are refused with their place", () => {
  for (
    const [text, refusal] of [
      ['a = "\\ud800"', "1:6 invalid escape after a backslash"],
      ['a = "\\U00110000"', "1:6 invalid escape after a backslash"],
      ["a = 1 # \0", "1:9 control character U+0000"],
      ["a = 1\rb = 2", "1:6 control character U+000D"],
      ["\u{1f600} = '\x7f", "1:6 control character U+007F"],
    ] as const
  ) assertEquals(refusalOf(text), refusal, text);
});

Deno.test("nothing is nested so deep that the stack ends", () => {
  const deep = 100_000;
  for (
    const text of [
      "a = " + "[".repeat(deep),
      "a = " + "{a=".repeat(deep),
      "a" + ".a".repeat(deep) + " = 1",
      "[a" + ".a".repeat(deep) + "]",
    ]
  ) assertEquals(refusalOf(text).replace(/^\S+ /, ""), "nested more than 64 levels deep");
});

Deno.test("any date or time is a date, which no setting takes", () => {
  for (
    const date of [
      "1979-05-27",
      "1979-05-27T07:32:00Z",
      "1979-05-27t07:32:00.999999-07:00",
      "1979-05-27 07:32:00",
      "07:32:00.999999",
      "07:32",
    ]
  ) assertInstanceOf(read(`a = ${date} # c`).a, Date, date);
});

/** Lines that go together or not, depending on what is before them. */
const LINES = [
  ...["[a]", "[a.b]", "[[a]]", "[b]", "[a.b.c]", "[[a.b]]", "[b.a]", "[[c]]", "[c.d]", "[a.__proto__]"],
  ...[
    "a = 1",
    "a.b = 2",
    "a.b.c = 3",
    "b.c = [1,\n 2 # x\n , {a=2}, ]",
    "c = []",
    "c = [{}]",
    "toString = 1",
  ],
  ...["b = {a = 1, c.d = 2, c.e = 3}", "b = {a = 1, a.c = 2}", "c = {\n a = 1, # k\n}", "d = '''x\ny'''"],
];
const PIECES = [
  ...["a", "b", '"a"', "'b'", '""', ".", "=", " = ", "1", "0x1F", "-0", "1_0", "1.5e3", "inf", "true", "01"],
  ...['"x"', '"\\U0001F600"', '"""q"""', '"""a\\ \n b"""', "'''a'b'''''", '"""""a"""""', "__proto__", "\r"],
  ...[
    "[",
    "]",
    "[[",
    "]]",
    "{",
    "}",
    ",",
    "\n",
    "\r\n",
    "#c\n",
    " ",
    "\t",
    "[a]\n",
    "a = 1\n",
    "\x01",
    "\u2028",
  ],
];
const documents = fc.oneof(
  fc.array(fc.constantFrom(...LINES), { maxLength: 7 }).map((lines) => lines.join("\n")),
  fc.array(fc.constantFrom(...PIECES), { maxLength: 14 }).map((pieces) => pieces.join("")),
);

Deno.test("a TOML library reads the same in any text, and refuses the same texts", () => {
  holds(
    fc.property(documents, (text) => {
      assertEquals(readToml(text, new ProblemList("f.toml")), libraryReads(text));
    }),
    { numRuns: 3_000 },
  );
});

function libraryReads(text: string): TomlTable | undefined {
  try {
    return secondOpinion(text);
  } catch {
    return undefined;
  }
}
