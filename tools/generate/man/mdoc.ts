// Writes mdoc, the language of manual pages (mdoc(7)): escapes, line breaks after sentences, and lists.

/** Lines of text and macros. */
export type Mdoc = readonly string[];

const LINE_WIDTH = 78;

/** Text of a paragraph: each sentence begins a line, and no line is long. */
export function prose(text: string): string[] {
  return text.split(/(?<=[.?!:]\)?) (?=["(]?[A-Z0-9])/).flatMap((sentence) => wrap(escaped(sentence)));
}

/** An item of a list, with its text. */
export interface Item {
  /** Macros with their arguments, as after `.It`. */
  readonly head: string;
  readonly body: Mdoc;
}

/** A list whose heads stand above or beside their texts. */
export function tagList(items: readonly Item[]): string[] {
  if (items.length === 0) return [];
  return [
    ".Bl -tag -width Ds",
    ...items.flatMap(({ head, body }) => [`.It ${head}`, ...body]),
    ".El",
  ];
}

/** An argument of a macro: words that are names of macros are escaped, and text with blanks is quoted. */
export function argument(word: string): string {
  const text = escaped(word).replaceAll('"', "\\(dq");
  // "Ar No" would be read as the macro No, and "." as punctuation.
  const isMacro = /^[A-Z][a-z]{1,2}$/.test(text) || /^[.,:;()[\]?!|]$/.test(text);
  return text.includes(" ") || text === "" ? `"${text}"` : isMacro ? `\\&${text}` : text;
}

/** Text in which no character has a meaning for the formatter; the dashes of flags are not hyphens. */
export function escaped(text: string): string {
  return withoutEscapes(text).replaceAll("--", "\\-\\-").replace(/(?<=^|[\s("[])-(?=\w)/g, "\\-");
}

/** A line of code, to be copied from the page: it has no hyphens. */
export function code(line: string): string {
  const text = withoutEscapes(line).replaceAll("-", "\\-");
  return /^[.']/.test(text) ? `\\&${text}` : text;
}

function withoutEscapes(text: string): string {
  return text.replaceAll("\\", "\\e").replaceAll("~", "\\(ti").replaceAll("`", "\\(ga").replaceAll(
    "^",
    "\\(ha",
  );
}

function wrap(text: string): string[] {
  const lines: string[] = [];
  for (const word of text.split(" ").filter((word) => word !== "")) {
    const last = lines.at(-1);
    // A line that ends with a period would end a sentence.
    if (last !== undefined && (last.length + 1 + word.length <= LINE_WIDTH || /[.?!]\)?$/.test(last))) {
      lines[lines.length - 1] = `${last} ${word}`;
    } else lines.push(word);
  }
  return lines.map((line) => /^[.']/.test(line) ? `\\&${line}` : line);
}
