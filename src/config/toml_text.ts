// A position in a TOML text and the steps that the outline scan takes from there: over blanks and comments, over a
// string in any of its four forms, over a dotted key. Every step moves forward or stays, none throws.

export interface KeyPart {
  readonly key: string;
  /** Where the part begins in the text, its quote included. */
  readonly offset: number;
}

const ESCAPES: Readonly<Record<string, string>> = {
  b: "\b",
  e: "\x1b",
  f: "\f",
  n: "\n",
  r: "\r",
  t: "\t",
};

export class TomlText {
  offset = 0;
  readonly #text: string;

  constructor(text: string) {
    this.#text = text;
  }

  get isAtEnd(): boolean {
    return this.offset >= this.#text.length;
  }

  /** Steps over `token` if it stands here. */
  take(token: string): boolean {
    const isHere = this.#text.startsWith(token, this.offset);
    if (isHere) this.offset += token.length;
    return isHere;
  }

  /** Spaces and tabs. */
  skipSpace(): void {
    this.#match(/[ \t]*/y);
  }

  /** Spaces, line ends and comments. */
  skipBlank(): void {
    this.#match(/(?:[ \t\r\n]+|#[^\n]*)*/y);
  }

  /** The rest of the line, its end excluded. */
  skipLine(): void {
    this.#match(/[^\n]*/y);
  }

  /** A string, a number, a date, true or false. */
  skipScalar(): void {
    const isString = this.#match(/"""(?:[^"\\]|\\[^]|"(?!""))*"""{1,3}/y) ||
      this.#match(/'''(?:[^']|'(?!''))*'''{1,3}/y) ||
      this.#match(/"(?:[^"\\\n]|\\.)*"/y) ||
      this.#match(/'[^'\n]*'/y);
    if (!isString) this.#match(/[^,\[\]{}#\n]*/y);
  }

  /** Steps to the next item of a list or an inline table; false: behind its `closing` bracket, or at the end. */
  startItem(closing: string): boolean {
    this.skipBlank();
    if (this.take(",")) this.skipBlank();
    return !this.take(closing) && !this.isAtEnd;
  }

  /** The parts of a dotted key, decoded; empty where no key stands. */
  readKeys(): KeyPart[] {
    const parts: KeyPart[] = [];
    do {
      this.skipSpace();
      const offset = this.offset;
      const basic = this.#match(/"(?:[^"\\\n]|\\.)*"/y);
      const literal = basic === "" ? this.#match(/'[^'\n]*'/y) : "";
      const bare = basic + literal === "" ? this.#match(/[^\s=."'\[\]{},#]+/y) : "";
      if (basic + literal + bare === "") break;
      const key = basic === "" ? literal.slice(1, -1) + bare : decode(basic.slice(1, -1));
      parts.push({ key, offset });
      this.skipSpace();
    } while (this.take("."));
    return parts;
  }

  #match(pattern: RegExp): string {
    pattern.lastIndex = this.offset;
    const found = pattern.exec(this.#text)?.[0] ?? "";
    this.offset += found.length;
    return found;
  }
}

function decode(text: string): string {
  const escapes = /\\(?:u([0-9a-fA-F]{4})|U([0-9a-fA-F]{8})|x([0-9a-fA-F]{2})|(.))/g;
  return text.replace(escapes, (escape, short, long, byte, letter) => {
    if (letter !== undefined) return ESCAPES[letter] ?? letter;
    const codePoint = parseInt(short ?? long ?? byte, 16);
    return codePoint <= 0x10ffff ? String.fromCodePoint(codePoint) : escape;
  });
}
