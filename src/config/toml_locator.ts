// Where each key of a TOML document stands, for messages. The parser proper says what a document means; this scan only
// follows the text's outline and is tolerant: on a text that is no TOML it finds less, but it always ends.

import type { KeyPath } from "./config_error.ts";
import { TomlText } from "./toml_text.ts";

/** Both counted from 1; the column in characters. */
export interface TextPlace {
  readonly line: number;
  readonly column: number;
}

export interface TomlLocator {
  /** The place of the key, or of the nearest table or list around it; `undefined`: none of them is in the text. */
  locate(path: KeyPath): TextPlace | undefined;
  /** Whether the text has this very key. */
  has(path: KeyPath): boolean;
}

/** Deeper than any configuration goes; keeps a hostile text from exhausting the stack. */
const MAX_DEPTH = 64;

export function locateToml(text: string): TomlLocator {
  const outline = new OutlineScanner(text);
  outline.scan();
  return {
    locate(path) {
      for (let length = path.length; length > 0; length--) {
        const offset = outline.offsets.get(pathKey(path.slice(0, length)));
        if (offset !== undefined) return placeAt(text, offset);
      }
      return undefined;
    },
    has: (path) => outline.offsets.has(pathKey(path)),
  };
}

class OutlineScanner {
  /** Where each path was first seen. */
  readonly offsets = new Map<string, number>();
  readonly #text: TomlText;
  /** How many tables each `[[array]]` has so far. */
  readonly #tableCounts = new Map<string, number>();

  constructor(text: string) {
    this.#text = new TomlText(text);
  }

  scan(): void {
    const text = this.#text;
    let table: KeyPath = [];
    for (text.skipBlank(); !text.isAtEnd; text.skipBlank()) {
      if (text.take("[[")) table = this.#readHeader(true);
      else if (text.take("[")) table = this.#readHeader(false);
      else this.#readPair(table);
      text.skipLine(); // a comment; on a broken line, whatever is left of it
    }
  }

  #readHeader(isArray: boolean): KeyPath {
    const keys = this.#text.readKeys();
    let path: KeyPath = [];
    for (const [index, { key, offset }] of keys.entries()) {
      path = [...path, key];
      this.#remember(path, offset);
      const count = this.#tableCounts.get(pathKey(path));
      if (isArray && index === keys.length - 1) {
        this.#tableCounts.set(pathKey(path), (count ?? 0) + 1);
        path = [...path, count ?? 0];
        this.#remember(path, offset);
      } else if (count !== undefined) {
        path = [...path, count - 1]; // "[a.b]" under "[[a]]" is about the latest a
      }
    }
    return path;
  }

  #readPair(table: KeyPath): void {
    let path = table;
    for (const { key, offset } of this.#text.readKeys()) {
      path = [...path, key];
      this.#remember(path, offset);
    }
    this.#text.skipSpace();
    if (this.#text.take("=")) this.#readValue(path);
  }

  #readValue(path: KeyPath): void {
    const text = this.#text;
    text.skipSpace();
    if (path.length > MAX_DEPTH) return;
    if (text.take("[")) {
      for (let index = 0, start = -1; text.startItem("]") && text.offset > start; index++) {
        start = text.offset;
        this.#remember([...path, index], start);
        this.#readValue([...path, index]);
      }
    } else if (text.take("{")) {
      for (let start = -1; text.startItem("}") && text.offset > start;) {
        start = text.offset;
        this.#readPair(path);
      }
    } else {
      text.skipScalar();
    }
  }

  #remember(path: KeyPath, offset: number): void {
    const key = pathKey(path);
    if (!this.offsets.has(key)) this.offsets.set(key, offset);
  }
}

function pathKey(path: KeyPath): string {
  return JSON.stringify(path);
}

function placeAt(text: string, offset: number): TextPlace {
  const before = text.slice(0, offset);
  const lineStart = before.lastIndexOf("\n") + 1;
  return { line: before.split("\n").length, column: [...before.slice(lineStart)].length + 1 };
}
