// How many columns a text takes, and cutting it to columns. Plain text only: style comes after layout. Terminals differ
// about rare emoji; what matters is that CJK and common emoji, combining marks and Latin come out right.

const SEGMENTER = new Intl.Segmenter();

// Nothing to see: marks that sit on another character, joiners, variation selectors and controls.
const INVISIBLE = /^[\p{Mark}\p{Default_Ignorable_Code_Point}\p{Control}]+$/u;
// Pictures by default, or by the selector U+FE0F, or regional indicators and key caps made of several code points.
const PICTURE = /^\p{RGI_Emoji}$|^\p{Emoji_Presentation}|^\p{Regional_Indicator}/v;
// Unicode TR 11: Wide and Fullwidth, by script and by the blocks that hold them.
const WIDE =
  /^[\p{Script=Han}\p{Script=Hangul}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Bopomofo}\p{Script=Yi}\u3000-\u303e\u3099-\u33ff\ufe30-\ufe6f\uff01-\uff60\uffe0-\uffe6]/u;
// Members of those scripts that are one column wide all the same.
const HALF_WIDTH = /^[\uff61-\uffdc]/u;
// Every character of printable ASCII is one column: the common case, without segmenting.
const ASCII = /^[ -~]*$/;

/** Columns of plain text without line ends and escapes. */
export function textWidth(text: string): number {
  if (ASCII.test(text)) return text.length;
  let width = 0;
  for (const { segment } of SEGMENTER.segment(text)) width += graphemeWidth(segment);
  return width;
}

function graphemeWidth(grapheme: string): number {
  if (ASCII.test(grapheme)) return 1;
  if (INVISIBLE.test(grapheme)) return 0;
  if (HALF_WIDTH.test(grapheme)) return 1;
  return WIDE.test(grapheme) || PICTURE.test(grapheme) ? 2 : 1;
}

/** Cuts text into rows of at most `width` columns, at any character; an empty text is one empty row. */
export function wrapText(text: string, width: number): string[] {
  // Narrower than this not even one wide character has a place.
  const limit = Math.max(2, width);
  if (ASCII.test(text)) return wrapAscii(text, limit);
  const rows: string[] = [];
  let row = "";
  let used = 0;
  for (const { segment } of SEGMENTER.segment(text)) {
    const columns = graphemeWidth(segment);
    if (used + columns > limit) {
      rows.push(row);
      row = "";
      used = 0;
    }
    row += segment;
    used += columns;
  }
  rows.push(row);
  return rows;
}

function wrapAscii(text: string, width: number): string[] {
  const rows: string[] = [];
  for (let at = 0; at < text.length; at += width) rows.push(text.slice(at, at + width));
  return rows.length > 0 ? rows : [""];
}

/** Text of at most `width` columns: what does not fit is cut, which an ending "…" tells. */
export function clipText(text: string, width: number): string {
  if (textWidth(text) <= width) return text;
  if (width <= 1) return "…".slice(0, width);
  let clipped = "";
  let used = 0;
  for (const { segment } of SEGMENTER.segment(text)) {
    const columns = graphemeWidth(segment);
    if (used + columns > width - 1) break;
    clipped += segment;
    used += columns;
  }
  return `${clipped}…`;
}

/** Fills up to `width` columns with spaces. */
export function padText(text: string, width: number): string {
  return text + " ".repeat(Math.max(0, width - textWidth(text)));
}

/**
 * Puts parts side by side, as many in a row as fit into `width` columns; no part is broken. Gives the parts row by row,
 * so that each can still be styled.
 *
 * @param gap columns between two parts of a row.
 */
export function packParts(parts: readonly string[], gap: number, width: number): string[][] {
  const rows: string[][] = [];
  let used = 0;
  for (const part of parts) {
    const columns = textWidth(part);
    const row = rows.at(-1);
    if (row !== undefined && used + gap + columns <= width) {
      row.push(part);
      used += gap + columns;
    } else {
      rows.push([part]);
      used = columns;
    }
  }
  return rows;
}
