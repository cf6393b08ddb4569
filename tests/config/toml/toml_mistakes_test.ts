// Common mistakes in a TOML file: each is named in familiar words, with its place and what to write instead.

import { assert, assertEquals, assertThrows } from "@std/assert";
import { ConfigError } from "../../../src/config/toml/config_error.ts";
import { ProblemList } from "../../../src/config/toml/problem_list.ts";
import { readToml } from "../../../src/config/toml/read_toml.ts";

function refusalOf(text: string): string {
  const problems = new ProblemList("server.toml");
  assertEquals(readToml(text, problems), undefined, text);
  const error = assertThrows(() => problems.throwIfAny(), ConfigError);
  const { line, column } = error.problems[0]!;
  const lines = text.split("\n");
  assert(line! <= lines.length && column! <= [...lines[line! - 1]!].length + 1, "a place outside the text");
  return error.message;
}

const NO_VALUE = 'no value; write a number, true, false, or text in quotes: "..."';
const NO_QUOTES = 'text without quotes; put it in quotes: "..."';
const NO_NUMBER = 'not a number; write digits only, such as 5000, or text in quotes: "..."';
const CURLY = 'curly quotes; write text in straight quotes: "..."';
const COLON = '":" after the key; write "=" instead: KEY = VALUE';
const COMMENT = "not a TOML comment; begin a comment with #";
const ESCAPE =
  "invalid escape after a backslash; write \\\\ for a backslash, or enclose the text in single quotes";
const OWN_LINE = "expected the end of the line; write each key on a line of its own";
const INVISIBLE = "; remove it, or write a space";
const openList = (line: number) =>
  `missing "]" of the list that begins on line ${line}; write "]" after its last item`;
const openBraces = `missing "}" of the table in braces that begins on line 1; write "}" after its last item`;
const COMMA = 'missing "," or "]"; write "," between the items of a list';
const twice = (key: string, line = 1) =>
  `duplicate key "${key}", first on line ${line}; remove one of the two`;

/** By what was mistaken: the text, where, and what is said. */
const MISTAKES: Readonly<Record<string, readonly (readonly [text: string, place: string, said: string])[]>> =
  {
    "quotes": [
      ['host = "web', "1:8", 'missing closing quote; end the text with "'],
      ['host = "web\n"', "1:8", 'missing closing quote; end the text with "'],
      ["host = 'web", "1:8", "missing closing quote; end the text with '"],
      ['port = 1\nhost = """web\n', "2:8", 'missing closing quote; end the text with """'],
      ['host = web"', "1:8", 'missing opening quote; write text in quotes: "..."'],
      ["host = localhost", "1:8", NO_QUOTES],
      ["host = 127.0.0.1", "1:8", NO_QUOTES],
      ["host = ::1", "1:8", NO_QUOTES],
      ["cert_file = /etc/cert.pem", "1:13", NO_QUOTES],
      ["commands = [uptime]", "1:13", NO_QUOTES],
      ["host = \u201cweb\u201d", "1:8", CURLY],
      ['host = "web\u201d', "1:8", CURLY],
      ["host = \u2018web\u2019", "1:8", CURLY],
      ["\u201chost\u201d = 1", "1:1", CURLY],
      [
        'name = "say "hi""',
        "1:14",
        'text after the closing quote; enclose text that contains quotes in the other kind of quotes, or write \\" in double quotes',
      ],
    ],
    "the sign between key and value": [
      ['host: "localhost"', "1:5", COLON],
      ["port : 1", "1:6", COLON],
      ["a = { b: 1 }", "1:8", COLON],
      ["port", "1:5", "a key without a value; write KEY = VALUE"],
      ["port # 1", "1:6", "a key without a value; write KEY = VALUE"],
      ["port 1", "1:6", 'expected "=" after the key; write KEY = VALUE'],
      ["port == 1", "1:7", 'more than one "="; write KEY = VALUE'],
      ["port =", "1:7", NO_VALUE],
      ['port = \nhost = "web"', "1:8", NO_VALUE],
      ["= 1", "1:1", 'no key before "="; write KEY = VALUE'],
    ],
    "a value": [
      ["tls = True", "1:7", "True with capital letters; write true"],
      ["tls = FALSE # yes", "1:7", "FALSE with capital letters; write false"],
      ["tls = yes", "1:7", "yes is not a value in TOML; write true or false, or text in quotes"],
      ["name = null", "1:8", "null is not a value in TOML; remove the line, or write text in quotes"],
      ["port = 007", "1:8", NO_NUMBER],
      ["port = 0X1F", "1:8", NO_NUMBER],
      ["wait = 5s", "1:8", NO_NUMBER],
      ["port = 8,000", "1:9", '"," in a number; write 10000 or 10_000'],
    ],
    "a backslash": [
      [String.raw`ca_file = "C:\Users\ca.pem"`, "1:14", ESCAPE],
      [String.raw`pattern = "\d+"`, "1:12", ESCAPE],
      ['ca_file = """\nC:\\programs"""', "2:3", ESCAPE],
    ],
    "a key or table that is given twice": [
      ["port = 1\nhost = ''\nport = 2", "3:1", twice("port")],
      ["[limits]\nline_bytes = 1\nline_bytes = 2", "3:1", twice("line_bytes", 2)],
      [
        "[limits]\n[log]\n[limits]",
        "3:2",
        'duplicate table "limits", first on line 1; move its keys to the table on line 1',
      ],
      ["commands = []\n[commands]", "2:2", twice("commands")],
      ["limits = 1\n[limits.x]", "2:2", '"limits" already has a value, on line 1; remove one of the two'],
    ],
    "brackets": [
      ["[limits\nport = 1", "1:8", 'missing "]" after the table\'s name; write [NAME]'],
      ["[limits # x", "1:9", 'missing "]" after the table\'s name; write [NAME]'],
      ["[[a]", "1:4", 'missing "]]" after the table\'s name; write [[NAME]]'],
      ["[limits]]", "1:9", '"]" without an opening bracket; remove it'],
      ["[]", "1:2", "no name in the brackets; write [NAME]"],
      ["[my table]", "1:5", 'expected "]"; put a name that is not one word in quotes: [NAME]'],
      ['commands = ["uptime", "df"\nport = 1', "2:1", openList(1)],
      ['commands = ["uptime", "df",\nport = 1', "2:1", openList(1)],
      ['port = 1\ncommands = ["uptime"\n\n[limits]', "4:1", openList(2)],
      ['commands = ["uptime",\n', "2:1", openList(1)],
      ["a = [", "1:6", openList(1)],
      ["a = { b = 1", "1:12", openBraces],
      ["a = { b = 1\n[c]", "2:1", openBraces],
    ],
    "commas": [
      ['commands = ["uptime" "df"]', "1:22", COMMA],
      ['commands = [\n  "uptime"\n  "df"\n]', "3:3", COMMA],
      ["a = [1; 2]", "1:7", COMMA],
      ["a = { b = 1\nc = 2 }", "2:1", 'missing "," or "}"; write "," between the items of a table in braces'],
      ["port = 1,", "1:9", '"," after the value; remove it: the end of the line is enough'],
      ["port = 1;", "1:9", '";" after the value; remove it: the end of the line is enough'],
    ],
    "the form of the file": [
      ["port = 1 host = 2", "1:10", OWN_LINE],
      ["[log] format = 1", "1:7", OWN_LINE],
      [
        "max clients = 3",
        "1:5",
        'expected "=" after the key; write the key as one word, or put it in quotes',
      ],
      ["a..b = 1", "1:3", "expected a key; write letters, digits, _ and -, or put the key in quotes"],
      [
        '{ "port": 1 }',
        "1:1",
        '"{" where a key is expected; this file is TOML, not JSON: write KEY = VALUE',
      ],
      ["// a comment", "1:1", COMMENT],
      ["; a comment", "1:1", COMMENT],
      ["port = 1 // a comment", "1:10", COMMENT],
      ["port\u00a0= 1", "1:5", `invisible character U+00A0${INVISIBLE}`],
      ["port = \u00a01", "1:8", `invisible character U+00A0${INVISIBLE}`],
      ["port = 1\u00a0", "1:9", `invisible character U+00A0${INVISIBLE}`],
      ["\u200bport = 1", "1:1", `invisible character U+200B${INVISIBLE}`],
    ],
  };

for (const [what, cases] of Object.entries(MISTAKES)) {
  Deno.test(`mistakes with ${what} are explained with their place and what to write`, () => {
    for (const [text, place, said] of cases) {
      assertEquals(refusalOf(text), `server.toml:${place}: not valid TOML: ${said}`, text);
      const windows = text.replaceAll("\n", "\r\n");
      assertEquals(refusalOf(windows).replace(/^.*?:\d+:\d+/, ""), `: not valid TOML: ${said}`);
    }
  });
}

Deno.test("tabs are spaces", () => {
  assertEquals(readToml("\tport\t=\t1\t# x\n[\tlog\t]\n", new ProblemList("f")), { port: 1, log: {} });
});

Deno.test("what may be a secret is not repeated", () => {
  for (
    const text of ["hunter2", "sha256 = hunter2", "hunter2 = ", 'sha256 = "hunter2', "sha256 = hunter2 x"]
  ) {
    assert(!refusalOf(text).includes("hunter2"), text);
  }
});
