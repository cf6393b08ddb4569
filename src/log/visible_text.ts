// Text from strangers, made fit for a terminal or a log line: nothing that passes through here can move a cursor, ring
// a bell, start a new line or reverse the reading direction.

// C0 and C1 controls, line and paragraph separators, whatever sets the reading direction, the byte order mark, and
// surrogates that have lost their other half.
const UNSAFE = /[\p{Control}\p{Bidi_Control}\u2028\u2029\ufeff]|\p{Surrogate}/gu;

/**
 * Replaces what a terminal would act on by its escape (`\x1b`, `\u202e`) and cuts after `maxLength` UTF-16 code units,
 * which the ending "…" tells.
 */
export function visible(text: string, maxLength = Infinity): string {
  const cut = text.length > maxLength ? `${text.slice(0, maxLength)}…` : text;
  return cut.replace(UNSAFE, escapeOf);
}

/** Whether {@linkcode visible} would leave the text as it is. */
export function isVisible(text: string): boolean {
  return text.search(UNSAFE) < 0;
}

function escapeOf(character: string): string {
  switch (character) {
    case "\n":
      return "\\n";
    case "\r":
      return "\\r";
    case "\t":
      return "\\t";
  }
  const code = character.charCodeAt(0);
  const hex = code.toString(16);
  return code < 0x100 ? `\\x${hex.padStart(2, "0")}` : `\\u${hex.padStart(4, "0")}`;
}
