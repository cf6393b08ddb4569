// The nodes of a TOML text: tables, lists and values, each with its place in the text. A locator finds the place of a
// key, for messages; the plain table has the values alone.

import type { KeyPath } from "./config_error.ts";
import { placeAt, type TextPlace } from "./toml_text.ts";
import type { TomlTable } from "./toml_value.ts";

export type TomlNode = ValueNode | ListNode | TableNode;

interface Placed {
  /** Where it was first written: an index into the text. */
  readonly offset: number;
}

export interface ValueNode extends Placed {
  readonly kind: "value";
  readonly value: unknown;
}

export interface ListNode extends Placed {
  /** A list in brackets, or one made of `[[headers]]`. */
  readonly kind: "list" | "list of tables";
  readonly items: TomlNode[];
}

export interface TableNode extends Placed {
  readonly kind: "table";
  /**
   * Decides what may add to it. "implied": created by the header of a table in it; "header": by its own header;
   * "dotted": by a dotted key; "inline": in braces.
   */
  origin: "implied" | "header" | "dotted" | "inline";
  readonly entries: Map<string, TomlNode>;
}

/** One part of a dotted key. */
export interface KeyPart extends Placed {
  readonly key: string;
}

export function newTable(origin: TableNode["origin"], offset: number): TableNode {
  return { kind: "table", origin, offset, entries: new Map() };
}

export function plainTable({ entries }: TableNode): TomlTable {
  return Object.fromEntries([...entries].map(([key, node]) => [key, plainValue(node)]));
}

function plainValue(node: TomlNode): unknown {
  switch (node.kind) {
    case "value":
      return node.value;
    case "table":
      return plainTable(node);
    case "list":
    case "list of tables":
      return node.items.map(plainValue);
  }
}

export interface TomlLocator {
  /** The place of the key, or of the nearest table or list around it; `undefined` if the text has none of them. */
  locate(path: KeyPath): TextPlace | undefined;
  /** Whether the text has this key itself. */
  has(path: KeyPath): boolean;
}

/** `root`: the nodes of `text`. */
export function locatorOf(root: TableNode, text: string): TomlLocator {
  return {
    locate(path) {
      const nearest = nodesAlong(root, path).at(-1);
      return nearest && placeAt(text, nearest.offset);
    },
    has: (path) => nodesAlong(root, path).length === path.length,
  };
}

/** The nodes along `path` that the text has, without the root. */
function nodesAlong(root: TableNode, path: KeyPath): TomlNode[] {
  const found: TomlNode[] = [];
  let node: TomlNode | undefined = root;
  for (const part of path) {
    node = childOf(node, part);
    if (node === undefined) break;
    found.push(node);
  }
  return found;
}

function childOf(node: TomlNode, part: string | number): TomlNode | undefined {
  if (node.kind === "value") return undefined;
  if (node.kind === "table") return typeof part === "string" ? node.entries.get(part) : undefined;
  return typeof part === "number" ? node.items[part] : undefined;
}
