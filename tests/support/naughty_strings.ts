// Texts with which programs that handle other people's text go wrong, and what becomes of each here.

import type { Row } from "./check_table.ts";

/** What becomes of a text. */
export interface Fate {
  /** As an argument: passed on as it is, or refused by this rule. */
  readonly argument: "exact" | "nul" | "unicode" | "arg_bytes";
  /** As a client's name: taken as this text, or refused. */
  readonly name: string | undefined;
  /** Whether a command or a token may have this name. */
  readonly isWord: boolean;
}

export type NaughtyRow = Row<string, Fate>;

type Texts = Readonly<Record<string, string>>;

function rows(texts: Texts, fateOf: (text: string) => Fate): NaughtyRow[] {
  return Object.entries(texts).map(([name, text]) => [name, text, fateOf(text)]);
}

/** What is a text like any other. */
const plain = (texts: Texts) => rows(texts, (text) => ({ argument: "exact", name: text, isWord: false }));
const words = (texts: Texts) => rows(texts, (text) => ({ argument: "exact", name: text, isWord: true }));
/** What no name may contain: it acts, or cannot be seen. */
const unnamed = (texts: Texts, argument: Fate["argument"] = "exact") =>
  rows(texts, () => ({ argument, name: undefined, isWord: false }));
/** What a name becomes. */
const becomes = (texts: Readonly<Record<string, readonly [text: string, name: string | undefined]>>) =>
  Object.entries(texts).map(([label, [text, name]]): NaughtyRow => [
    label,
    text,
    { argument: "exact", name, isWord: false },
  ]);

/** They mean something else to a program that guesses types, or looks into objects. */
const MISUNDERSTOOD = words({
  "a boolean": "true",
  "a boolean with a capital": "False",
  "a boolean of YAML": "no",
  "null": "null",
  "None": "None",
  "nil": "nil",
  "undefined": "undefined",
  "not a number": "NaN",
  "infinity": "Infinity",
  "zero": "0",
  "a zero in front": "007",
  "an exponent": "1e1000",
  "a number beyond 2^53": "9007199254740993",
  "hexadecimal": "0xffffffff",
  "octal": "0o755",
  "a version": "1.10",
  "an address": "127.0.0.1",
  "a date": "2026-02-30",
  "constructor": "constructor",
  "prototype": "prototype",
  "a method of every object": "toString",
  "a member of every function": "length",
  "a promise's method": "then",
  "a device of Windows": "CON",
  "a method of this protocol": "yield",
});

const METACHARACTERS = plain({
  "__proto__": "__proto__",
  "two underscores": "__defineGetter__",
  "a minus sign": "-1",
  "minus zero": "-0",
  "a plus sign": "+1",
  "a percent sign": "100%",
  "SQL": "Robert'); DROP TABLE members;--",
  "SQL that is always true": "' OR '1'='1",
  "a pipe of a shell": "x | rm -rf /",
  "a command in backquotes": "`reboot`",
  "a command in parentheses": "$(reboot)",
  "a variable": "$HOME ${HOME} %PATH%",
  "a redirection": "> /etc/passwd",
  "an end of a command": "; reboot #",
  "globs": "* ? [a-z] {a,b} ~",
  "quotes": `"'"'"\`'"`,
  "backslashes": "\\\\x\\n\\u0041\\",
  "formats of C": "%s%n%x%.9999d",
  "a format of Python": "{0.__class__}",
  "a template": "{{7*7}} ${7*7} <%= 7*7 %> #{7*7}",
  "a placeholder": "{1}{text}{{}}",
  "HTML": "<script>alert(1)</script>",
  "an entity": "&lt;&amp;&#x41;",
  "a document type": '<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]>',
  "a path upwards": "../../../../etc/passwd",
  "a path of Windows": "C:\\x\\..\\y",
  "a URL": "file:///etc/passwd?x=%00",
  "JSON": '{"jsonrpc":"2.0","method":"run"}',
  "an end of JSON": '"}],"to":[0],"x":[{"y":"',
  "a formula": "=1+1",
  "a lookup": "${jndi:ldap://x/y}",
  "an option": "--help",
  "an option of one letter": "-rf",
  "a dash": "-",
  "an end of options": "--",
  "an address of ranks": "@0 x",
  "a slash word": "/quit",
  "a comment": "# x",
  "a header": "[tokens.x]",
  "an equals sign": "a=b",
  "a comma": "a,b;c:d",
});

const SCRIPTS = plain({
  "accents": "naïve café",
  "Greek": "Ωραία",
  "Cyrillic that looks Latin": "раураl",
  "Hebrew": "שלום",
  "Arabic": "مرحبا بالعالم",
  "Thai with marks": "กำลังไทย",
  "Devanagari": "नमस्ते",
  "Chinese": "田中さん",
  "beyond the basic plane": "𠜎𠜱𠝹",
  "mathematical letters": "𝕳𝖊𝖑𝖑𝖔",
  "digits of other scripts": "١٢٣ １２３",
  "ligatures": "ﬁﬂ Æ œ",
  "letters that change in length with case": "ßİıŉ",
  "an emoji": "\u{1f600}",
  "an emoji with a skin tone": "\u{1f44d}\u{1f3fd}",
  "a flag": "\u{1f1e9}\u{1f1ea}",
  "quotation marks": "‘’“”«»",
  "dashes and dots": "–—…·",
  "box drawing": "┌─┐│",
  "letters with many marks": `Z${"\u0350\u0316".normalize("NFC")}`,
  "a replacement character": "a\ufffdb",
  "private use": "\ue000\uf8ff",
  "characters that are none": "\u{1fffe}",
});

const REWRITTEN = becomes({
  "nothing": ["", undefined],
  "a blank": [" ", undefined],
  "blanks around": ["  a  ", "a"],
  "blanks within": ["a   b", "a b"],
  "a no-break space": ["a\u00a0b", "a b"],
  "an ideographic space": ["a\u3000b", "a b"],
  "an accent apart from its letter": ["e\u0301", "é"],
  "Hangul in parts": ["\u1112\u1161\u11ab", "한"],
  "the sign for ohm": ["\u2126", "\u03a9"],
});

const INVISIBLE = unnamed({
  "a zero-width space": "a\u200bb",
  "a zero-width joiner": "a\u200db",
  "a family of emoji": "\u{1f469}\u200d\u{1f469}\u200d\u{1f467}",
  "an emoji with a variation selector": "\u2764\ufe0f",
  "a word joiner": "a\u2060b",
  "a soft hyphen": "a\u00adb",
  "a byte order mark in front": "\ufeffa",
  "a byte order mark within": "a\ufeffb",
  "a blank of Braille": "a\u2800b",
  "a filler of Hangul": "a\u3164b",
  "tags": "a\u{e0041}\u{e007f}",
  "an annotation": "a\ufff9b\ufffab\ufffb",
});

const ACTING = unnamed({
  "an override of the direction": "\u202egnp.exe",
  "an isolate": "a\u2067b\u2069",
  "a mark of the direction": "a\u200f\u200eb",
  "a mark of Arabic": "a\u061cb",
  "a clear screen": "\x1b[2J\x1b[H",
  "a title": "\x1b]0;owned\x07",
  "the clipboard": "\x1b]52;c;cm0gLXJm\x07",
  "a colour": "\x1b[31mred\x1b[0m",
  "a report": "\x1b[6n\x1b[c",
  "another screen": "\x1bc\x1b[?1049h",
  "8-bit controls": "\x9b2J\x9d0;owned\x9c",
  "next line": "a\x85b",
  "a bell": "a\x07b",
  "a backspace": "a\x08b",
  "DEL": "a\x7fb",
  "a carriage return": "a\rSeat 0",
  "a line feed": "a\nServer stopped",
  "CR LF and a message": 'a\r\n{"jsonrpc":"2.0","id":1,"method":"yield"}\r\n',
  "a line separator": "a\u2028b",
  "a paragraph separator": "a\u2029b",
  "every control but NUL": Array.from({ length: 31 }, (_, code) => String.fromCharCode(code + 1)).join("") +
    "x",
});

export const NAUGHTY: readonly NaughtyRow[] = [
  ...MISUNDERSTOOD,
  ...METACHARACTERS,
  ...SCRIPTS,
  ...REWRITTEN,
  ...INVISIBLE,
  ...ACTING,
  ...unnamed({ "NUL": "\0", "NUL within": "a\0b", "NUL at the end": "a\0" }, "nul"),
  ...unnamed({
    "a high surrogate": "a\ud800",
    "a low surrogate": "\udc00b",
    "a pair the wrong way round": "\ude00\ud83d",
    "half an emoji": "\u{1f600}".slice(0, 1),
  }, "unicode"),
  ...unnamed({
    "a long text": "x".repeat(4_096),
    "a long text of wide characters": "\u{1f600}".repeat(1_024),
    "a letter with a thousand marks": `a${"\u0301".repeat(1_000)}`,
  }),
  ...unnamed(
    {
      "a text that is too long": "x".repeat(4_097),
      "a text of wide characters that is too long": `x${"\u{1f600}".repeat(1_024)}`,
      "a very long text": "é".repeat(50_000),
    },
    "arg_bytes",
  ),
];
