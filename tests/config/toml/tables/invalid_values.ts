// Values that TOML does not allow, and a part of the reason for which each is refused.

import type { Row } from "../../../support/check_table.ts";

/** A text, and what its refusal says. */
export type InvalidRow = Row<string, string>;

const raw = String.raw;
const KEY = "expected a key";
const LINE_END = "expected the end of the line";
const ESCAPE = "invalid escape";
const TWICE = "duplicate key";

export const INVALID_STRINGS: readonly InvalidRow[] = [
  ["no end", 'a = "x', "missing closing quote"],
  ["an escaped end", raw`a = "x\"`, "missing closing quote"],
  ["an end on the next line", 'a = "x\ny"', "missing closing quote"],
  ["text behind the end", 'a = "x" y', LINE_END],
  ["two strings", 'a = "x" "y"', LINE_END],
  ["no quotes", "a = x", "text without quotes"],
  ["a quote at the end only", 'a = x"', "missing opening quote"],
  ["a literal string without end", "a = 'x", "missing closing quote"],
  ["a literal string with a quote in it", raw`a = 'x\'y'`, "text after the closing quote"],
  ["a literal string on two lines", "a = 'x\ny'", "missing closing quote"],
  ["backquotes", "a = `x`", "text without quotes"],
  ["typographic quotes", "a = “x”", "curly quotes"],
  ...["a", "q", "0", "'", "/", " ", "N", "X41", "?", "#", "v"].map((letter): InvalidRow => [
    `the escape \\${letter}`,
    `a = "\\${letter}"`,
    ESCAPE,
  ]),
  ["a short escape with three digits", raw`a = "\u012"`, ESCAPE],
  ["a short escape with a letter beyond f", raw`a = "\u00eg"`, ESCAPE],
  ["a short escape with a sign", raw`a = "\u+041"`, ESCAPE],
  ["a short escape with a blank", raw`a = "\u 041"`, ESCAPE],
  ["a short escape with braces", raw`a = "\u{41}"`, ESCAPE],
  ["a short escape with an underscore", raw`a = "\u0_41"`, ESCAPE],
  ["a long escape with seven digits", raw`a = "\U0001F60"`, ESCAPE],
  ["a short escape of the first surrogate", raw`a = "\uD800"`, ESCAPE],
  ["a short escape of the last surrogate", raw`a = "\uDFFF"`, ESCAPE],
  ["a pair of surrogates", raw`a = "\uD83D\uDE00"`, ESCAPE],
  ["a long escape of a surrogate", raw`a = "\U0000D800"`, ESCAPE],
  ["a long escape beyond the last character", raw`a = "\U00110000"`, ESCAPE],
  ["a long escape far beyond it", raw`a = "\UFFFFFFFF"`, ESCAPE],
  ["a line that goes on, in a short string", 'a = "x\\\n y"', "missing closing quote"],
];

export const INVALID_LONG_STRINGS: readonly InvalidRow[] = [
  ["no end", 'a = """x', "missing closing quote"],
  ["two quotes at the end", 'a = """x""', "missing closing quote"],
  ["an escaped quote at the end", 'a = """x\\"""', "missing closing quote"],
  ["six quotes at the end", 'a = """x""""""', "text after the closing quote"],
  ["text behind the end", 'a = """x""" y', LINE_END],
  ["an unknown escape", raw`a = """\q"""`, ESCAPE],
  ["a backslash before a blank and text", 'a = """x \\ y"""', ESCAPE],
  ["a surrogate", raw`a = """\uDC00"""`, ESCAPE],
  ["another kind of end", `a = """x'''`, "missing closing quote"],
  ["a long literal string without end", "a = '''x", "missing closing quote"],
  ["two single quotes at its end", "a = '''x''", "missing closing quote"],
  ["six single quotes at its end", "a = '''x''''''", "text after the closing quote"],
];

const NO_NUMBERS = [
  ...["01", "-01", "+01", "00", "1_", "_1", "1__0", "1_.0", "+-1", "--1", "- 1", "++1", "+", "-", "1-2"],
  ...["0x", "0xg", "0x_f", "0xf_", "0xf__f", "+0xf", "-0xf", "0Xf", "x0f", "0x1.0", "0x1p3", "#ff"],
  ...[
    "0o",
    "0o8",
    "0o_7",
    "0o7_",
    "+0o7",
    "0O7",
    "0b",
    "0b2",
    "0b_1",
    "0b1_",
    "-0b1",
    "0B1",
    "1b",
    "1n",
    "10k",
  ],
  ...[
    ".5",
    "5.",
    "-.5",
    "5.e3",
    "1._5",
    "1.5_",
    "1.e",
    "1e",
    "1e+",
    "e3",
    "1e1.5",
    "1e_3",
    "1e3_",
    "1e__3",
    "03.1",
  ],
  ...["1.2.3", "1..2", "1,5", "0.1f", "1_e3", "1ee3", "1e3e4", "00.5"],
  ...["Inf", "INF", "infinity", "+Infinity", "NaN", "NAN", "+ inf", "in", "na", "inf_", "-inF"],
  ...["½", "١", "²", "−1", "1\u00a0", "0777_", "1 000", "1'000"],
];

export const INVALID_NUMBERS: readonly InvalidRow[] = NO_NUMBERS.map((text): InvalidRow => [
  `the number ${text}`,
  `a = ${text}`,
  "not valid TOML: ",
]);

const NO_BOOLEANS = [
  "True",
  "TRUE",
  "tRue",
  "False",
  "FALSE",
  "yes",
  "no",
  "on",
  "off",
  "t",
  "truee",
  "tru",
  "true1",
];

export const INVALID_WORDS: readonly InvalidRow[] = [
  ...[...NO_BOOLEANS, "null", "NULL", "nil", "None", "undefined", "~", "web-1"].map((text): InvalidRow => [
    `the word ${text}`,
    `a = ${text}`,
    "not valid TOML: ",
  ]),
  ["a boolean with text behind it", "a = true x", LINE_END],
  ["two booleans", "a = true,false", LINE_END],
];

export const INVALID_ARRAYS: readonly InvalidRow[] = [
  ["no end", "a = [1", 'missing "]" of the list that begins on line 1'],
  ["no end, with a comma", "a = [1,", 'missing "]" of the list that begins on line 1'],
  ["nothing but its start", "a = [", 'missing "]" of the list that begins on line 1'],
  ["nothing but its end", "a = ]", "no value"],
  ["another kind of end", "a = [1}", 'missing "," or "]"'],
  ["no comma", "a = [1 2]", 'missing "," or "]"'],
  ["a line end for a comma", "a = [1\n2]", 'missing "," or "]"'],
  ["two commas", "a = [1,,2]", "no value"],
  ["a comma first", "a = [,1]", "no value"],
  ["nothing but a comma", "a = [,]", "no value"],
  ["two commas at the end", "a = [1,,]", "no value"],
  ["a semicolon", "a = [1;2]", 'missing "," or "]"'],
  ["an end too many", "a = [1]]", '"]" without an opening bracket'],
  ["text behind it", "a = [1] 2", LINE_END],
  ["a pair in it", "a = [b = 1]", 'missing "," or "]"'],
  ["a bare word in it", 'a = ["x", y]', "text without quotes"],
  ["a comment that hides the end", "a = [1 # ]", 'missing "]" of the list that begins on line 1'],
  ["a table behind its start", "a = [\n[b]\n", "text without quotes"],
];

export const INVALID_INLINE_TABLES: readonly InvalidRow[] = [
  ["no end", "a = { b = 1", 'missing "}" of the table in braces that begins on line 1'],
  ["nothing but its start", "a = {", 'missing "}" of the table in braces that begins on line 1'],
  ["another kind of end", "a = { b = 1 ]", 'missing "," or "}"'],
  ["no comma", "a = { b = 1 c = 2 }", 'missing "," or "}"'],
  ["two commas", "a = { b = 1,, c = 2 }", KEY],
  ["a comma first", "a = { , b = 1 }", KEY],
  ["nothing but a comma", "a = {,}", KEY],
  ["a colon", 'a = { "b": 1 }', '":" after the key'],
  ["no value", "a = { b = }", "no value"],
  ["no key", "a = { = 1 }", 'no key before "="'],
  ["a value without a key", "a = { 1 }", 'expected "="'],
  ["a header in it", "a = { [b] }", KEY],
  ["the same key twice", "a = { b = 1, b = 2 }", TWICE],
  ["the same key twice in quotes", 'a = { b = 1, "b" = 2 }', TWICE],
  ["a key within a value", "a = { b = 1, b.c = 2 }", TWICE],
  ["a key within an inline table", "a = { b = {}, b.c = 2 }", TWICE],
  ["text behind it", "a = {} b = 1", LINE_END],
  [
    "a comment that hides the end",
    "a = { b = 1 # }",
    'missing "}" of the table in braces that begins on line 1',
  ],
];
