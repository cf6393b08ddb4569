// Reads the outline of a TOML text: its tables and their keys. `@std/toml` parses only the single values, because some of
// its releases accept a key that is given twice, and refuse a table that follows one of its own tables.

import { type KeyPart, type ListNode, newTable, type TableNode, type TomlNode } from "./toml_nodes.ts";
import { equalsMistake, headerMistake, itemMistake } from "./toml_mistakes.ts";
import { type ParseToml, readKey, readScalar } from "./toml_scalar.ts";
import { TomlText } from "./toml_text.ts";
import { show } from "./toml_value.ts";

/** Deeper than any configuration; a hostile text must not exhaust the stack. */
const MAX_DEPTH = 64;

/** @throws {TomlSyntaxError} */
export function readTomlNodes(text: string, parse: ParseToml): TableNode {
  return new TomlReader(text, parse).read();
}

class TomlReader {
  readonly #text: TomlText;
  readonly #parse: ParseToml;
  readonly #root = newTable("header", 0);

  constructor(text: string, parse: ParseToml) {
    this.#text = new TomlText(text);
    this.#parse = parse;
  }

  read(): TableNode {
    const text = this.#text;
    let table = this.#root;
    for (text.skipBlank(); !text.isAtEnd; text.skipBlank()) {
      if (text.take("[[")) table = this.#readHeader("]]");
      else if (text.take("[")) table = this.#readHeader("]");
      else this.#readPair(table, 0);
      text.endLine();
    }
    return this.#root;
  }

  #readHeader(closing: "]" | "]]"): TableNode {
    const parts = this.#readKeys(0);
    this.#text.expect(closing, (rest) => headerMistake(rest, closing));
    const last = parts.pop()!;
    const parent = parts.reduce((table, part) => this.#enter(table, part), this.#root);
    return closing === "]" ? this.#open(parent, last) : this.#append(parent, last);
  }

  /** Enters a table on the path of a header. */
  #enter(table: TableNode, part: KeyPart): TableNode {
    const entry = table.entries.get(part.key);
    if (entry === undefined) return add(table, part, newTable("implied", part.offset));
    const entered = entry.kind === "list of tables" ? entry.items.at(-1)! : entry;
    if (entered.kind === "table" && entered.origin !== "inline") return entered;
    const message = `${show(part.key)} already has a value, on line ${this.#lineOf(entry)}`;
    return this.#text.fail({ message, hint: "remove one of the two" }, part.offset);
  }

  #open(parent: TableNode, part: KeyPart): TableNode {
    const entry = parent.entries.get(part.key);
    if (entry === undefined) return add(parent, part, newTable("header", part.offset));
    if (entry.kind === "table" && entry.origin === "header") return this.#refuseTable(part, entry);
    if (entry.kind !== "table" || entry.origin !== "implied") return this.#refuseDuplicate(part, entry);
    entry.origin = "header";
    return entry;
  }

  #append(parent: TableNode, part: KeyPart): TableNode {
    const list = parent.entries.get(part.key) ??
      add<ListNode>(parent, part, { kind: "list of tables", offset: part.offset, items: [] });
    if (list.kind !== "list of tables") return this.#refuseDuplicate(part, list);
    const table = newTable("header", part.offset);
    list.items.push(table);
    return table;
  }

  #readPair(table: TableNode, depth: number): void {
    const text = this.#text;
    const parts = this.#readKeys(depth);
    text.expect("=", equalsMistake);
    text.skipSpace();
    const last = parts.pop()!;
    let target = table;
    for (const part of parts) {
      const entry = target.entries.get(part.key) ?? add(target, part, newTable("dotted", part.offset));
      if (entry.kind !== "table" || entry.origin !== "dotted") return this.#refuseDuplicate(part, entry);
      target = entry;
    }
    const before = target.entries.get(last.key);
    if (before !== undefined) this.#refuseDuplicate(last, before);
    add(target, last, this.#readValue(depth + parts.length + 1, last.offset));
  }

  /** `offset`: where the key or, in a list, the value itself begins. */
  #readValue(depth: number, offset: number): TomlNode {
    const text = this.#text;
    this.#checkDepth(depth);
    if (text.take("[")) {
      const items: TomlNode[] = [];
      this.#readItems("]", () => items.push(this.#readValue(depth + 1, text.offset)));
      return { kind: "list", offset, items };
    }
    if (text.take("{")) {
      const table = newTable("inline", offset);
      this.#readItems("}", () => this.#readPair(table, depth));
      return table;
    }
    return { kind: "value", offset, value: readScalar(text, this.#parse) };
  }

  #readItems(closing: "]" | "}", readItem: () => void): void {
    const text = this.#text;
    const start = text.offset;
    const mistake = (rest: string) =>
      itemMistake(rest, closing, {
        start: this.#lineOf({ offset: start }),
        now: this.#lineOf(text),
      });
    for (text.skipBlank(); !text.take(closing); text.skipBlank()) {
      if (text.isAtEnd || (closing === "]" && text.isAtPair)) text.fail(mistake(text.restOfLine()));
      readItem();
      text.skipBlank();
      if (text.take(",")) continue;
      text.expect(closing, mistake);
      return;
    }
  }

  #readKeys(depth: number): KeyPart[] {
    const text = this.#text;
    const parts: KeyPart[] = [];
    do {
      text.skipSpace();
      const { offset } = text;
      parts.push({ key: readKey(text, this.#parse), offset });
      this.#checkDepth(depth + parts.length);
      text.skipSpace();
    } while (text.take("."));
    return parts;
  }

  #checkDepth(depth: number): void {
    if (depth > MAX_DEPTH) this.#text.fail({ message: `nested more than ${MAX_DEPTH} levels deep` });
  }

  #refuseDuplicate(part: KeyPart, before: TomlNode): never {
    const message = `duplicate key ${show(part.key)}, first on line ${this.#lineOf(before)}`;
    this.#text.fail({ message, hint: "remove one of the two" }, part.offset);
  }

  #refuseTable(part: KeyPart, before: TableNode): never {
    const line = this.#lineOf(before);
    const message = `duplicate table ${show(part.key)}, first on line ${line}`;
    this.#text.fail({ message, hint: `move its keys to the table on line ${line}` }, part.offset);
  }

  #lineOf({ offset }: { readonly offset: number }): number {
    return this.#text.placeOf(offset).line;
  }
}

function add<Node extends TomlNode>(table: TableNode, { key }: KeyPart, node: Node): Node {
  table.entries.set(key, node);
  return node;
}
