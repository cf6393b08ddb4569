// Where each key of a configuration file is, for messages.

import type { KeyPath } from "./config_error.ts";
import { nodesAlong, type TableNode } from "./toml_nodes.ts";
import { placeAt, type TextPlace } from "./toml_text.ts";

export interface TomlLocator {
  /** The place of the key, or of the nearest table or list around it; `undefined`: none of them is in the text. */
  locate(path: KeyPath): TextPlace | undefined;
  /** Whether the text has this very key. */
  has(path: KeyPath): boolean;
}

/** `root`: what was read from `text`. */
export function locatorOf(root: TableNode, text: string): TomlLocator {
  return {
    locate(path) {
      const nearest = nodesAlong(root, path).at(-1);
      return nearest && placeAt(text, nearest.offset);
    },
    has: (path) => nodesAlong(root, path).length === path.length,
  };
}
