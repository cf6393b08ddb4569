// What is wrong at a place in a TOML text, and what to write instead, for common mistakes. Pure. No message repeats what
// the file has there: it may be a secret, or another file than was meant.

import { codeOf, findInvisible } from "../../words/mod.ts";

export interface TomlMistake {
  /** A fragment. */
  readonly message: string;
  /** What to write instead. */
  readonly hint?: string;
}

/** White space that no TOML has between words, pasted from web pages and word processors. */
const FOREIGN_SPACE = /^(?![ \t])\p{Z}/u;
const CURLY_QUOTE = /^[\u2018-\u201f\u00ab\u00bb\u2039\u203a]/;
const WRITE_PAIR = "write KEY = VALUE";
const WRITE_QUOTES = 'write text in straight quotes: "..."';
const OTHER_COMMENT: TomlMistake = { message: "not a TOML comment", hint: "begin a comment with #" };

/** @param rest of the line, where a value is expected. */
export function valueMistake(rest: string): TomlMistake {
  const [word = ""] = /^[^\s#,\]}]*/.exec(rest) ?? [];
  if (/^(?:true|false)$/i.test(word)) {
    return { message: `${word} with capital letters`, hint: `write ${word.toLowerCase()}` };
  }
  if (/^(?:yes|no|on|off)$/i.test(word)) {
    return { message: `${word} is not a value in TOML`, hint: "write true or false, or text in quotes" };
  }
  if (/^(?:null|nil|none)$/i.test(word)) {
    return { message: `${word} is not a value in TOML`, hint: "remove the line, or write text in quotes" };
  }
  if (rest.startsWith("=")) return { message: 'more than one "="', hint: WRITE_PAIR };
  if (/^[\s#,\]}]|^$/.test(rest)) {
    return foreignMistake(rest) ??
      { message: "no value", hint: 'write a number, true, false, or text in quotes: "..."' };
  }
  const foreign = foreignMistake(rest);
  if (foreign !== undefined) return foreign;
  if (/^[^"']*["'][\s,\]}]*(?:#|$)/.test(rest)) {
    return { message: "missing opening quote", hint: 'write text in quotes: "..."' };
  }
  if (/^[+-]?\.?\d/.test(word) && !/^\d+\.\d+\.|[:/]/.test(word)) {
    return { message: "not a number", hint: 'write digits only, such as 5000, or text in quotes: "..."' };
  }
  return { message: "text without quotes", hint: 'put it in quotes: "..."' };
}

/** @param rest of the line, where a key is expected. */
export function keyMistake(rest: string): TomlMistake {
  if (/^(?:\/\/|\/\*|;)/.test(rest)) return OTHER_COMMENT;
  if (rest.startsWith("=")) return { message: 'no key before "="', hint: WRITE_PAIR };
  if (rest.startsWith("{")) {
    return { message: '"{" where a key is expected', hint: `this file is TOML, not JSON: ${WRITE_PAIR}` };
  }
  if (rest.startsWith("]")) return { message: "no name in the brackets", hint: "write [NAME]" };
  return foreignMistake(rest) ??
    { message: "expected a key", hint: "write letters, digits, _ and -, or put the key in quotes" };
}

/** @param rest of the line, where a "=" is expected. */
export function equalsMistake(rest: string): TomlMistake {
  if (rest.startsWith(":")) return { message: '":" after the key', hint: `write "=" instead: KEY = VALUE` };
  if (/^\s*(?:#|$)/.test(rest)) return { message: "a key without a value", hint: WRITE_PAIR };
  const foreign = foreignMistake(rest);
  if (foreign !== undefined) return foreign;
  if (/^[^"'#=:]*=/.test(rest)) {
    return {
      message: 'expected "=" after the key',
      hint: "write the key as one word, or put it in quotes",
    };
  }
  return { message: 'expected "=" after the key', hint: WRITE_PAIR };
}

/** @param rest of the line, where the brackets around the name of a table end. */
export function headerMistake(rest: string, closing: string): TomlMistake {
  const foreign = foreignMistake(rest);
  if (foreign !== undefined) return foreign;
  const written = closing === "]" ? "[NAME]" : "[[NAME]]";
  if (rest.slice(1).includes(closing)) {
    return {
      message: `expected "${closing}"`,
      hint: `put a name that is not one word in quotes: ${written}`,
    };
  }
  return { message: `missing "${closing}" after the table's name`, hint: `write ${written}` };
}

/**
 * @param rest of the line, where it should end.
 * @param before the character before it.
 */
export function lineEndMistake(rest: string, before: string): TomlMistake {
  const after = rest.replace(/^[ \t]+/, "");
  if (/^(?:\/\/|\/\*|;\s*\S|--)/.test(after)) return OTHER_COMMENT;
  if (/^,\d{3}(?!\d)/.test(rest)) return { message: '"," in a number', hint: "write 10000 or 10_000" };
  if (/^[,;]\s*(?:#|$)/.test(after)) {
    return { message: `"${after[0]}" after the value`, hint: "remove it: the end of the line is enough" };
  }
  if (/^[\])}]/.test(after)) {
    return { message: `"${after[0]}" without an opening bracket`, hint: "remove it" };
  }
  if (rest === after && /["']/.test(before)) {
    return {
      message: "text after the closing quote",
      hint: 'enclose text that contains quotes in the other kind of quotes, or write \\" in double quotes',
    };
  }
  return foreignMistake(after) ??
    { message: "expected the end of the line", hint: "write each key on a line of its own" };
}

/** @param rest of the line, where the next item or the end of a list or an inline table is expected. */
export function itemMistake(
  rest: string,
  closing: "]" | "}",
  lines: { readonly start: number; readonly now: number },
): TomlMistake {
  const kind = closing === "]" ? "list" : "table in braces";
  // In braces, a pair on the next line may be an item whose comma is missing.
  const next = closing === "]" ? /^(?:\[|[\w."'-]+[ \t]*=)/ : /^\[/;
  const isNextLine = lines.now > lines.start && next.test(rest);
  if (rest === "" || isNextLine) {
    return {
      message: `missing "${closing}" of the ${kind} that begins on line ${lines.start}`,
      hint: `write "${closing}" after its last item`,
    };
  }
  const foreign = foreignMistake(rest);
  if (foreign !== undefined) return foreign;
  return { message: `missing "," or "${closing}"`, hint: `write "," between the items of a ${kind}` };
}

/** @param line from the opening quote on. */
export function openStringMistake(line: string, quote: string): TomlMistake {
  if (/[\u2018-\u201f]/.test(line)) return { message: "curly quotes", hint: WRITE_QUOTES };
  return { message: "missing closing quote", hint: `end the text with ${quote}` };
}

export const ESCAPE_MISTAKE: TomlMistake = {
  message: "invalid escape after a backslash",
  hint: "write \\\\ for a backslash, or enclose the text in single quotes",
};

/** Characters that look like others. */
function foreignMistake(rest: string): TomlMistake | undefined {
  if (CURLY_QUOTE.test(rest)) return { message: "curly quotes", hint: WRITE_QUOTES };
  const [first = ""] = rest;
  if (!FOREIGN_SPACE.test(first) && findInvisible(first) === undefined) return undefined;
  return { message: `invisible character ${codeOf(first)}`, hint: "remove it, or write a space" };
}
