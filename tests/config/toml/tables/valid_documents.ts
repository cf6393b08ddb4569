// Whole texts that TOML allows: keys, tables, arrays of tables, comments and line ends.

import type { Row } from "../../../support/check_table.ts";

/** A text and the table that it is. */
export type DocumentRow = Row<string, Record<string, unknown>>;

/** As JSON.parse makes it: `__proto__` is a key like any other. */
const json = (text: string) => JSON.parse(text) as Record<string, unknown>;

export const VALID_KEYS: readonly DocumentRow[] = [
  ["a bare key of every kind of character", "aZ_-09 = 1", { "aZ_-09": 1 }],
  ["a key of digits", "1234 = 1", { "1234": 1 }],
  ["a key with a zero in front", "01 = 1", { "01": 1 }],
  ["a key of dashes", "-- = 1\n_ = 2", { "--": 1, _: 2 }],
  ["a key that looks like a float", "3.14 = 1", { "3": { "14": 1 } }],
  ["a key that looks like a value", "true = 1\ninf = 2\n1e3 = 3", { true: 1, inf: 2, "1e3": 3 }],
  ["a key that looks like a date", "2001-02-08 = 1", { "2001-02-08": 1 }],
  ["a quoted key", '"a b" = 1\n"c.d" = 2\n"#" = 3', { "a b": 1, "c.d": 2, "#": 3 }],
  ["an empty key", '"" = 1', { "": 1 }],
  ["an empty literal key", "'' = 1", { "": 1 }],
  ["escapes in a key", String.raw`"\u0061\n" = 1`, { "a\n": 1 }],
  ["no escapes in a literal key", String.raw`'\u0061' = 1`, { "\\u0061": 1 }],
  ["a key with an equals sign", '"=" = 1', { "=": 1 }],
  ["a key of other scripts", '"ʎǝʞ" = 1', { "ʎǝʞ": 1 }],
  ["dotted keys", "a.b.c = 1\na.b.d = 2\na.e = 3", { a: { b: { c: 1, d: 2 }, e: 3 } }],
  ["blanks around the dots", "a . b\t.\tc = 1", { a: { b: { c: 1 } } }],
  ["quoted parts", `a."b.c".'d' = 1`, { a: { "b.c": { d: 1 } } }],
  ["empty parts", '"".b = 1\na."" = 2', { "": { b: 1 }, a: { "": 2 } }],
  ["dotted keys out of order", "a.x = 1\nb.x = 2\na.y = 3", { a: { x: 1, y: 3 }, b: { x: 2 } }],
  ["keys that differ in case", "a = 1\nA = 2", { a: 1, A: 2 }],
  ["keys that differ in their form of Unicode", '"\u00e9" = 1\n"e\u0301" = 2', { "\u00e9": 1, "e\u0301": 2 }],
  [
    "names of every object",
    "constructor = 1\ntoString.x = 2",
    { constructor: 1, toString: { x: 2 } } as never,
  ],
  ["__proto__", "__proto__ = 1", json('{"__proto__":1}')],
  ["a table __proto__", "[__proto__.x]\ny = 1", json('{"__proto__":{"x":{"y":1}}}')],
  ["blanks around the equals sign", "a=1\nb =2\nc= 3\n\td\t=\t4", { a: 1, b: 2, c: 3, d: 4 }],
];

export const VALID_TABLES: readonly DocumentRow[] = [
  ["an empty text", "", {}],
  ["an empty table", "[a]", { a: {} }],
  ["a table within", "[a.b.c]\nd = 1", { a: { b: { c: { d: 1 } } } }],
  ["blanks in a header", "[ a . b ]", { a: { b: {} } }],
  ["a blank before a header", "  [a]\n  b = 1", { a: { b: 1 } }],
  ["quoted parts of a header", `["a.b".'c d'.""]`, { "a.b": { "c d": { "": {} } } }],
  ["brackets in a header", `["[a]"]\n['#']`, { "[a]": {}, "#": {} }],
  ["a table of digits", "[1.2]", { "1": { "2": {} } }],
  ["a table behind one of its own", "[a.b]\nc = 1\n[a]\nd = 2", { a: { b: { c: 1 }, d: 2 } }],
  ["a table behind a dotted key beside it", "[a]\nb.c = 1\n[a.d]\ne = 2", {
    a: { b: { c: 1 }, d: { e: 2 } },
  }],
  ["a table within one of dotted keys", "[a]\nb.c = 1\n[a.b.d]", { a: { b: { c: 1, d: {} } } }],
  ["a table in one of an array", "[[a]]\n[a.b]\n[[a]]\n[a.b]\nc = 1", { a: [{ b: {} }, { b: { c: 1 } }] }],
  ["an array of tables", "[[a]]\nb = 1\n[[a]]\n[[a]]\nb = 3", { a: [{ b: 1 }, {}, { b: 3 }] }],
  ["arrays of tables within", "[[a]]\n[[a.b]]\n[[a.b]]\n[[a]]\n[[a.b]]", {
    a: [{ b: [{}, {}] }, { b: [{}] }],
  }],
  ["an array of tables in a table", "[a]\n[[a.b]]\nc = 1", { a: { b: [{ c: 1 }] } }],
  ["an array of tables that makes its table", "[[a.b]]\n[a]\nc = 1", { a: { b: [{}], c: 1 } }],
  ["blanks in the header of an array", "[[ a ]]\n[[ a\t]]", { a: [{}, {}] }],
  ["a top-level key before the tables", "a = 1\n[b]\nc = 2", { a: 1, b: { c: 2 } }],
  ["the same key in two tables", "[a]\nx = 1\n[b]\nx = 2", { a: { x: 1 }, b: { x: 2 } }],
  ["a key named like its table", "[a]\na = 1", { a: { a: 1 } }],
];

export const VALID_COMMENTS: readonly DocumentRow[] = [
  ["nothing but a comment", "# x", {}],
  ["a comment without a text", "#", {}],
  ["a comment behind everything", "a = 1#x\n[b]#y\n[[c]]#z\nd = [1]#", { a: 1, b: {}, c: [{ d: [1] }] }],
  ["a comment with a tab and other scripts", "#\tx é 日本 \u{1f600}\na = 1", { a: 1 }],
  ["a comment with quotes", `# " ''' """\na = 1`, { a: 1 }],
  ["a comment at the end without a line end", "a = 1 # x", { a: 1 }],
  ["CR LF", "a = 1\r\n# x\r\n[b]\r\nc = 2\r\n", { a: 1, b: { c: 2 } }],
  ["both line ends", "a = 1\r\nb = 2\n\r\n\nc = 3", { a: 1, b: 2, c: 3 }],
  ["blanks alone", " \t\n\t \n", {}],
  ["blanks at the end of a line", "a = 1 \t\n[b] \t\r\n", { a: 1, b: {} }],
  ["no line end at the end", "[a]", { a: {} }],
  ["a byte order mark", "\ufeffa = 1", { a: 1 }],
  ["nothing but a byte order mark", "\ufeff", {}],
];

/** What TOML 1.1 allows; a text that a newer editor or program wrote is not refused for it. */
export const LATER_TOML: readonly DocumentRow[] = [
  ["an escape of ESC", String.raw`a = "\e["`, { a: "\x1b[" }],
  ["an escape of two digits", String.raw`a = "\x41\xe9"`, { a: "Aé" }],
  ["an inline table on many lines", "a = {\n b = 1, # x\n c = 2,\n}", { a: { b: 1, c: 2 } }],
  ["a comma at the end of an inline table", "a = { b = 1, }", { a: { b: 1 } }],
];
