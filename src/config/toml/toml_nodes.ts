// What a TOML text is made of: tables, lists and values, each with its place in the text.

import type { KeyPath } from "./config_error.ts";
import type { TomlTable } from "./toml_table.ts";

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
  /** A list in brackets, or one that `[[headers]]` make. */
  readonly kind: "list" | "list of tables";
  readonly items: TomlNode[];
}

export interface TableNode extends Placed {
  readonly kind: "table";
  /**
   * Decides who may add to it. "implied": made by the header of a table in it; "header": by its own; "dotted": by a
   * dotted key; "inline": in braces.
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

/** The nodes along `path` that the text has, the table at the top excluded. */
export function nodesAlong(root: TableNode, path: KeyPath): TomlNode[] {
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
