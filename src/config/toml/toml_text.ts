// A position in a TOML text, and the steps that move it forward. Text that is not TOML throws a TomlSyntaxError.

import { lineEndMistake, type TomlMistake } from "./toml_mistakes.ts";

/** `offset` is an index into the text. */
export class TomlSyntaxError extends Error {
  override readonly name = "TomlSyntaxError";
  readonly offset: number;
  readonly hint: string | undefined;

  constructor({ message, hint }: TomlMistake, offset: number) {
    super(message);
    this.offset = offset;
    this.hint = hint;
  }
}

/** Both count from 1; the column counts characters. */
export interface TextPlace {
  readonly line: number;
  readonly column: number;
}

/** TOML allows none, not even in comments, except a carriage return before a line feed. */
// deno-lint-ignore no-control-regex -- finds control characters
const CONTROL_CHARACTER = /[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]|\r(?!\n)/;

/** Longest part of a line that is looked at for a mistake. */
const MAX_REST = 1_000;

export class TomlText {
  offset = 0;
  readonly #text: string;

  constructor(text: string) {
    this.#text = text;
    const at = text.search(CONTROL_CHARACTER);
    if (at < 0) return;
    const code = text.charCodeAt(at).toString(16).toUpperCase().padStart(4, "0");
    this.fail({ message: `control character U+${code}`, hint: "remove it" }, at);
  }

  get isAtEnd(): boolean {
    return this.offset >= this.#text.length;
  }

  /** Whether a key and its "=" are next. */
  get isAtPair(): boolean {
    return /^[\w.-]+[ \t]*=/.test(this.restOfLine());
  }

  startsWith(token: string): boolean {
    return this.#text.startsWith(token, this.offset);
  }

  /** Skips `token` if it is next. */
  take(token: string): boolean {
    const isHere = this.startsWith(token);
    if (isHere) this.offset += token.length;
    return isHere;
  }

  /** Skips `token`, which must be next. */
  expect(token: string, mistakeIn: (rest: string) => TomlMistake): void {
    if (!this.take(token)) this.fail(mistakeIn(this.restOfLine()));
  }

  /** From `offset` to the end of its line. */
  restOfLine(offset = this.offset): string {
    return /.*/.exec(this.#text.slice(offset, offset + MAX_REST))?.[0] ?? "";
  }

  /** Skips and returns what the sticky `pattern` matches here; "" for no match. */
  match(pattern: RegExp): string {
    pattern.lastIndex = this.offset;
    const found = pattern.exec(this.#text)?.[0] ?? "";
    this.offset += found.length;
    return found;
  }

  /** Spaces and tabs. */
  skipSpace(): void {
    this.match(/[ \t]*/y);
  }

  /** Spaces, line ends and comments. */
  skipBlank(): void {
    this.match(/(?:[ \t\r\n]+|#[^\n]*)*/y);
  }

  /** The rest of the line, which may only be a comment. */
  endLine(): void {
    this.match(/[ \t]*(?:#[^\n]*|\r)?/y);
    const before = this.#text[this.offset - 1] ?? "";
    if (!this.isAtEnd) this.expect("\n", (rest) => lineEndMistake(rest, before));
  }

  fail(mistake: TomlMistake, offset = this.offset): never {
    throw new TomlSyntaxError(mistake, offset);
  }

  placeOf(offset: number): TextPlace {
    return placeAt(this.#text, offset);
  }
}

export function placeAt(text: string, offset: number): TextPlace {
  const before = text.slice(0, offset);
  const lineStart = before.lastIndexOf("\n") + 1;
  return { line: before.split("\n").length, column: [...before.slice(lineStart)].length + 1 };
}
