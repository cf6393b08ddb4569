// A line typed by a person to words, by the part of the shell's quoting that people expect: spaces separate, '...' and
// "..." keep spaces, a backslash keeps the next character (not within '...'). Nothing is expanded.

export type Words =
  | { readonly ok: true; readonly words: readonly string[] }
  | { readonly ok: false; readonly message: string };

/** Splits `line` into words. Fails only when a quote or an escape is left open at the end. */
export function splitWords(line: string): Words {
  const words: string[] = [];
  let word: string | undefined;
  let quote: "'" | '"' | undefined;
  for (let i = 0; i < line.length; i++) {
    const character = line[i]!;
    if (character === "\\" && quote !== "'") {
      if (++i === line.length) {
        return { ok: false, message: "A backslash at the end of the line escapes nothing" };
      }
      word = (word ?? "") + line[i];
    } else if (character === quote) {
      quote = undefined;
    } else if (quote === undefined && (character === "'" || character === '"')) {
      quote = character;
      // An empty pair of quotes is an empty word.
      word ??= "";
    } else if (quote === undefined && (character === " " || character === "\t")) {
      if (word !== undefined) words.push(word);
      word = undefined;
    } else {
      word = (word ?? "") + character;
    }
  }
  if (quote !== undefined) return { ok: false, message: `Missing closing quote ${quote}` };
  if (word !== undefined) words.push(word);
  return { ok: true, words };
}
