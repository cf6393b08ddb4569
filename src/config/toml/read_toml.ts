// Parses the text of a configuration file, with the places of its keys. Syntax errors become problems like all others.

import { parse as parseToml } from "@std/toml";
import type { ProblemList } from "./problem_list.ts";
import { locatorOf, plainTable } from "./toml_nodes.ts";
import { readTomlNodes } from "./toml_reader.ts";
import type { ParseToml } from "./toml_scalar.ts";
import { placeAt, TomlSyntaxError } from "./toml_text.ts";
import type { TomlTable } from "./toml_value.ts";

/** @returns `undefined` for a syntax error, which has been added to the problems. */
export function readToml(
  text: string,
  problems: ProblemList,
  parse: ParseToml = parseToml,
): TomlTable | undefined {
  const withoutMark = text.replace(/^\uFEFF/, ""); // some editors write a byte order mark
  try {
    const root = readTomlNodes(withoutMark, parse);
    problems.locateWith(locatorOf(root, withoutMark));
    return plainTable(root);
  } catch (error) {
    if (!(error instanceof TomlSyntaxError)) throw error;
    const place = placeAt(withoutMark, error.offset);
    problems.addSyntaxError(`not valid TOML: ${error.message}`, place, error.hint);
    return undefined;
  }
}
