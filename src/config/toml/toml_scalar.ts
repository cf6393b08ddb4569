// The single values and keys of a TOML text. `@std/toml` parses them, in a form that all of its releases read alike.
// Dates are only recognized: no setting takes one.

import {
  ESCAPE_MISTAKE,
  keyMistake,
  openStringMistake,
  type TomlMistake,
  valueMistake,
} from "./toml_mistakes.ts";
import type { TomlText } from "./toml_text.ts";

/** `parse` of `@std/toml`, or another one in a test. */
export type ParseToml = (text: string) => Record<string, unknown>;

const BOOLEAN = /^(?:true|false)$/;
const NUMBERS = [
  /^[+-]?(?:0|[1-9][0-9]*(?:_[0-9]+)*)(?:\.[0-9]+(?:_[0-9]+)*)?(?:[eE][+-]?[0-9]+(?:_[0-9]+)*)?$/,
  /^0x[0-9A-Fa-f]+(?:_[0-9A-Fa-f]+)*$/,
  /^0o[0-7]+(?:_[0-7]+)*$/,
  /^0b[01]+(?:_[01]+)*$/,
  /^[+-]?(?:inf|nan)$/,
];
const TIME = "[0-9]{2}:[0-9]{2}(?::[0-9]{2}(?:\\.[0-9]+)?)?";
const DATE_OR_TIME = new RegExp(
  `[0-9]{4}-[0-9]{2}-[0-9]{2}(?:[Tt ]${TIME}(?:[Zz]|[+-][0-9]{2}:[0-9]{2})?)?|${TIME}`,
  "y",
);

/** Strings with their quotes, by the quotes. */
const ONE_LINE_STRINGS: readonly StringForm[] = [
  ['"', /"[^"\\\n]*(?:\\.[^"\\\n]*)*"/y],
  ["'", /'[^'\n]*'/y],
];
const STRINGS: readonly StringForm[] = [
  ['"""', /"""[^"\\]*(?:(?:\\[^]|"(?!""))[^"\\]*)*"""{1,3}/y],
  ["'''", /'''[^']*(?:'(?!'')[^']*)*'''{1,3}/y],
  ...ONE_LINE_STRINGS,
];
type StringForm = readonly [quote: string, pattern: RegExp];

/** An escape, a backslash at the end of a line with the blanks after it, or a character that one line has to escape. */
const ESCAPE = /\\(?:u[0-9A-Fa-f]{4}|U[0-9A-Fa-f]{8}|x[0-9A-Fa-f]{2}|[ \t]*\r?\n[ \t\r\n]*|[^])|["\r\n]/g;

const SECOND_MARK: TomlMistake = {
  message: "byte order mark (U+FEFF), which is allowed only once, at the start of a file",
  hint: "remove it",
};

/** Any date or time becomes an invalid `Date`. */
export function readScalar(text: TomlText, parse: ParseToml): unknown {
  const start = text.offset;
  const string = takeString(text, STRINGS);
  if (string !== undefined) return readToken(text, oneLineString(text, string, start), start, parse);
  if (text.match(DATE_OR_TIME) !== "") return new Date(NaN);
  const word = text.match(/[\w.+-]*/y);
  if (![BOOLEAN, ...NUMBERS].some((form) => form.test(word))) {
    text.fail(valueMistake(text.restOfLine(start)), start);
  }
  const value = readToken(text, word, start, parse);
  return value === 0 ? 0 : value; // not -0, which some parsers keep
}

/** One part of a dotted key: a word, or a one-line string. */
export function readKey(text: TomlText, parse: ParseToml): string {
  const start = text.offset;
  const word = text.match(/[A-Za-z0-9_-]+/y);
  if (word !== "") return word;
  const string = takeString(text, ONE_LINE_STRINGS) ??
    text.fail(text.startsWith("\uFEFF") ? SECOND_MARK : keyMistake(text.restOfLine()));
  return String(readToken(text, oneLineString(text, string, start), start, parse));
}

function readToken(text: TomlText, token: string, start: number, parse: ParseToml): unknown {
  try {
    return parse(`value = ${token}`).value;
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    text.fail({ message: "invalid value" }, start); // the parser's own message may repeat the file
  }
}

function takeString(text: TomlText, forms: readonly StringForm[]): string | undefined {
  const form = forms.find(([quote]) => text.startsWith(quote));
  return form && (text.match(form[1]) || text.fail(openStringMistake(text.restOfLine(), form[0])));
}

/**
 * Any string as a basic one on one line. Parsers differ in the quotes before the end of a long string, in the blanks
 * after a backslash at the end of a line, and in the escapes `\U`, `\x` and `\e`.
 */
function oneLineString(text: TomlText, string: string, start: number): string {
  const isLong = string.length >= 6 && /^(?:"""|''')/.test(string);
  const inQuotes = isLong ? string.slice(3, -3) : string.slice(1, -1);
  const content = isLong ? inQuotes.replace(/^\r?\n/, "") : inQuotes;
  const contentStart = start + (isLong ? 3 : 1) + inQuotes.length - content.length;
  const plain = content.replaceAll(
    string.startsWith("'") ? /["\\\r\n]/g : ESCAPE,
    (part, at: number) => plainEscape(part) ?? text.fail(ESCAPE_MISTAKE, contentStart + at),
  );
  return `"${plain}"`;
}

/** `undefined`: no such escape. */
function plainEscape(part: string): string | undefined {
  switch (part) {
    case "\n":
      return "\\n";
    case "\r":
      return "\\r";
    case '"':
    case "\\":
      return `\\${part}`;
    case "\\e":
      return "\\u001b";
  }
  if (/^\\[btnfr"\\]$/.test(part)) return part;
  if (part.includes("\n")) return "";
  if (!/^\\(?:u....|U.{8}|x..)$/.test(part)) return undefined;
  const code = parseInt(part.slice(2), 16);
  if (code > 0x10ffff || (code >= 0xd800 && code <= 0xdfff)) return undefined;
  return code > 0xffff ? String.fromCodePoint(code) : `\\u${code.toString(16).padStart(4, "0")}`;
}
