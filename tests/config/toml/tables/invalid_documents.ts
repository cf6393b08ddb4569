// Texts that TOML does not allow, whatever their values are: keys, tables, names given twice, characters.

import type { InvalidRow } from "./invalid_values.ts";

const raw = String.raw;
const KEY = "expected a key";
const LINE_END = "expected the end of the line";
const ESCAPE = "invalid escape";
const TWICE = "duplicate key";
const CONTROL = "control character";

export const INVALID_KEYS: readonly InvalidRow[] = [
  ["no key", "= 1", 'no key before "="'],
  ["no equals sign", "a 1", 'expected "="'],
  ["a colon", "a: 1", '":" after the key'],
  ["no value", "a =", "no value"],
  ["no value before a comment", "a = # x", "no value"],
  ["a value on the next line", "a =\n1", "no value"],
  ["an equals sign on the next line", "a\n= 1", "a key without a value"],
  ["two equals signs", "a == 1", 'more than one "="'],
  ["two pairs on one line", "a = 1 b = 2", LINE_END],
  ["two pairs with a comma", "a = 1, b = 2", LINE_END],
  ["two pairs with a semicolon", "a = 1; b = 2", "not a TOML comment"],
  ["two words", "a b = 1", 'expected "="'],
  ["a key without quotes in another script", "é = 1", KEY],
  ["a key behind letters of another script", "aé = 1", 'expected "="'],
  ["a long string as key", '"""a""" = 1', "expected"],
  ["a long literal string as key", "'''a''' = 1", "expected"],
  ["a quoted key without end", '"a = 1', "missing closing quote"],
  ["a quoted key on two lines", '"a\nb" = 1', "missing closing quote"],
  ["an unknown escape in a key", raw`"\q" = 1`, ESCAPE],
  ["a dot first", ".a = 1", KEY],
  ["a dot last", "a. = 1", 'no key before "="'],
  ["two dots", "a..b = 1", KEY],
  ["a plus sign", "+a = 1", KEY],
  ["a hash in a key", "a#b = 1", "a key without a value"],
  ["brackets in a key", "a[0] = 1", 'expected "="'],
  ["an array as key", "[1] = 1", LINE_END],
  ["a key alone", "a", "a key without a value"],
  ["a dash of another kind", "a–b = 1", 'expected "="'],
  ["a value alone", '"x"', "a key without a value"],
];

export const INVALID_TABLES: readonly InvalidRow[] = [
  ["no name", "[]", "no name in the brackets"],
  ["a blank for a name", "[ ]", "no name in the brackets"],
  ["no name of an array", "[[]]", "no name in the brackets"],
  ["no end", "[a", 'missing "]" after the table'],
  ["an end on the next line", "[a\n]", 'missing "]" after the table'],
  ["one bracket at the end of an array", "[[a]", 'missing "]]" after the table'],
  ["a blank between the brackets at the end", "[[a] ]", 'missing "]]" after the table'],
  ["a blank between the brackets at the start", "[ [a]]", KEY],
  ["an end too many", "[a]]", '"]" without an opening bracket'],
  ["three brackets", "[[[a]]]", KEY],
  ["text behind a header", "[a] b", LINE_END],
  ["a pair behind a header", "[a] b = 1", LINE_END],
  ["two headers on one line", "[a][b]", LINE_END],
  ["two words in a header", "[a b]", 'expected "]"'],
  ["an equals sign in a header", "[a = 1]", 'expected "]"'],
  ["a dot last in a header", "[a.]", "no name in the brackets"],
  ["a dot first in a header", "[.a]", KEY],
  ["two dots in a header", "[a..b]", KEY],
  ["a quoted header without end", '["a]', "missing closing quote"],
  ["a comma in a header", "[a,b]", 'expected "]"'],
  ["another kind of end", "[a}", 'missing "]" after the table'],
];

export const DUPLICATES: readonly InvalidRow[] = [
  ["a key twice", "a = 1\na = 1", TWICE],
  ["a key twice, once in quotes", `a = 1\n"a" = 2`, TWICE],
  ["a key twice, once in single quotes", `a = 1\n'a' = 2`, TWICE],
  ["a key twice, once escaped", `a = 1\n"\\u0061" = 2`, TWICE],
  ["an empty key twice", `"" = 1\n'' = 2`, TWICE],
  ["__proto__ twice", "__proto__ = 1\n__proto__ = 2", TWICE],
  ["a dotted key twice", "a.b = 1\na.b = 2", TWICE],
  ["a dotted key through a value", "a = 1\na.b = 2", TWICE],
  ["a dotted key through a string", 'a.b = "x"\na.b.c = 2', TWICE],
  ["a dotted key through an array", "a = []\na.b = 1", TWICE],
  ["a value over dotted keys", "a.b = 1\na = 2", TWICE],
  ["a table twice", "[a]\n[a]", 'duplicate table "a", first on line 1'],
  ["a table twice, once in quotes", '[a]\n["a"]', 'duplicate table "a", first on line 1'],
  ["a table within twice", "[a.b]\n[a]\n[a.b]", 'duplicate table "b", first on line 1'],
  ["a table over a value", "a = 1\n[a]", TWICE],
  ["a table through a value", "a = 1\n[a.b]", '"a" already has a value, on line 1'],
  ["a table over an inline table", "a = {}\n[a]", TWICE],
  ["a table through an inline table", "a = {}\n[a.b]", '"a" already has a value, on line 1'],
  ["a table through an array", "a = [{}]\n[a.b]", '"a" already has a value, on line 1'],
  ["a table over dotted keys", "[a]\nb.c = 1\n[a.b]", TWICE],
  ["a table over dotted keys at the top", "a.b = 1\n[a]", TWICE],
  ["dotted keys into a table", "[a.b]\nc = 1\n[a]\nb.d = 2", TWICE],
  ["dotted keys into an inline table", "a = { b = 1 }\na.c = 2", TWICE],
  ["a table over an array of tables", "[[a]]\n[a]", TWICE],
  ["an array of tables over a table", "[a]\n[[a]]", TWICE],
  ["an array of tables over an array", "a = []\n[[a]]", TWICE],
  ["an array of tables over a value", "a = 1\n[[a]]", TWICE],
  ["an array of tables over an implied table", "[a.b]\n[[a]]", TWICE],
  ["an array of tables over dotted keys", "a.b = 1\n[[a]]", TWICE],
  ["a table in one of an array twice", "[[a]]\n[a.b]\n[a.b]", 'duplicate table "b", first on line 2'],
  ["a value over an array of tables", "[[a.b]]\n[a]\nb = 1", TWICE],
  ["dotted keys into an array of tables", "[[a.b]]\n[a]\nb.c = 1", TWICE],
  ["a key over a table within", "[a.b]\n[a]\nb = 1", TWICE],
];

const PLACES: readonly [string, (character: string) => string][] = [
  ["a comment", (character) => `# x${character}`],
  ["a string", (character) => `a = "x${character}"`],
  ["a literal string", (character) => `a = 'x${character}'`],
  ["a long string", (character) => `a = """x${character}y"""`],
  ["a long literal string", (character) => `a = '''x${character}y'''`],
  ["a key", (character) => `a${character} = 1`],
  ["a quoted key", (character) => `"a${character}" = 1`],
  ["the blanks", (character) => `a =${character}1`],
  ["a blank line", (character) => `a = 1\n${character}\nb = 2`],
];
const CONTROLS = ["\0", "\x01", "\b", "\x0b", "\f", "\x0e", "\x1b", "\x1f", "\x7f", "\rx"];

export const CONTROL_CHARACTERS: readonly InvalidRow[] = CONTROLS.flatMap((character) =>
  PLACES.map(([place, textWith]): InvalidRow => [
    `U+${character.charCodeAt(0).toString(16).padStart(4, "0")} in ${place}`,
    textWith(character),
    CONTROL,
  ])
);

/** What is a blank, a line end or a mark elsewhere. */
const NO_BLANKS = ["\u00a0", "\u0085", "\u2003", "\u200b", "\u2028", "\u2029", "\u202e", "\u3000", "\ufeff"];

export const NO_WHITESPACE: readonly InvalidRow[] = NO_BLANKS.flatMap((character): InvalidRow[] => {
  const reason = "not valid TOML: ";
  const name = `U+${character.charCodeAt(0).toString(16).padStart(4, "0")}`;
  return [
    [`${name} for a blank`, `a =${character}1`, reason],
    [`${name} behind a value`, `a = 1${character}`, reason],
    [
      `${name} between two lines`,
      `a = 1\n${character}\nb = 2`,
      character === "\ufeff" ? "byte order mark" : reason,
    ],
  ];
});
