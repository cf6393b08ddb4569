// Characters that are drawn as nothing, or as an empty space that is no white space.

/**
 * Those that Unicode calls ignorable, and those that it draws blank: U+2800 (braille without dots), U+FFF9 to U+FFFB
 * (annotations), U+13430 to U+13442 (the layout and the blanks of hieroglyphs), U+16FE4 (a filler), and U+1D159 (a note
 * without a head).
 */
const INVISIBLE =
  /[\p{Default_Ignorable_Code_Point}\u2800\ufff9-\ufffb\u{13430}-\u{13442}\u{16fe4}\u{1d159}]/u;

/** The first character of `text` that cannot be seen and is no white space. */
export function findInvisible(text: string): string | undefined {
  return INVISIBLE.exec(text)?.[0];
}

/** How Unicode writes a character: "U+00AD". */
export function codeOf(character: string): string {
  return `U+${character.codePointAt(0)!.toString(16).toUpperCase().padStart(4, "0")}`;
}
