// Escapes untrusted text for terminals and log lines, so that it cannot move the cursor, ring the bell, start a new line or
// reverse the reading direction.

// C0 and C1 controls, line and paragraph separators, bidirectional formatting characters, the byte order mark, and unpaired
// surrogates.
const UNSAFE = /[\p{Control}\p{Bidi_Control}\u2028\u2029\ufeff]|\p{Surrogate}/gu;

/**
 * Replaces characters that a terminal would act on by escapes (`\x1b`, `\u202e`), and truncates to `maxLength` UTF-16 code
 * units, marked by a final "…".
 */
export function visible(text: string, maxLength = Infinity): string {
  const cut = text.length > maxLength ? `${text.slice(0, maxLength)}…` : text;
  return cut.replace(UNSAFE, escapeOf);
}

// Without quotes and backslashes. Most text is like that, and this is many times faster than looking for what is not.
const PLAIN = /^[ -&(-[\]-~]*$/;

/** {@linkcode visible} text in single quotes, with a backslash before quotes and backslashes in it, so that its end is clear. */
export function quoted(text: string): string {
  if (PLAIN.test(text)) return `'${text}'`;
  return `'${visible(text.replace(/['\\]/g, "\\$&"))}'`;
}

/**
 * {@linkcode visible} text in double quotes, as messages contain what a client sent, with a backslash before double quotes
 * and backslashes in it.
 */
export function shown(text: string, maxLength: number): string {
  const cut = text.length > maxLength ? `${text.slice(0, maxLength)}…` : text;
  return `"${visible(cut.replace(/["\\]/g, "\\$&"))}"`;
}

/**
 * Replaces the same characters in a JSON text by JSON's own escapes: a program reads the same value, and a terminal shows
 * it. The text is one line.
 */
export function visibleJson(json: string): string {
  return json.replace(UNSAFE, (character) => `\\u${hexOf(character).padStart(4, "0")}`);
}

/** Whether {@linkcode visible} would leave the text unchanged. */
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
  const hex = hexOf(character);
  return hex.length <= 2 ? `\\x${hex.padStart(2, "0")}` : `\\u${hex.padStart(4, "0")}`;
}

function hexOf(character: string): string {
  return character.charCodeAt(0).toString(16);
}
