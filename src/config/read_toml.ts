// A configuration file's text, parsed, with the places of its keys. Syntax errors become problems like all others.

import { parse } from "@std/toml";
import type { ProblemList } from "./problem_list.ts";
import { locateToml } from "./toml_locator.ts";
import type { TomlTable } from "./toml_table.ts";

/** `undefined` when the text is no TOML; the problem has been added. */
export function readToml(text: string, problems: ProblemList): TomlTable | undefined {
  const withoutMark = text.replace(/^\uFEFF/, ""); // some editors put a byte order mark first
  try {
    const document = parse(withoutMark);
    problems.locateWith(locateToml(withoutMark));
    return document;
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    problems.addSyntaxError(...describeSyntaxError(error.message));
    return undefined;
  }
}

/**
 * `@std/toml` says the place in its message and nowhere else, as "Parse error on line 3, column 4: <reason>", where
 * the column counts from 0. Should it ever say it in another way, the message is passed on whole.
 */
function describeSyntaxError(message: string): [string, { line: number; column: number } | undefined] {
  const firstLine = message.split("\n", 1)[0]!;
  const [, line, column, reason] = /^Parse error on line (\d+), column (\d+): (.*)$/.exec(firstLine) ?? [];
  if (line === undefined || column === undefined) return [`not valid TOML: ${firstLine}`, undefined];
  return [`not valid TOML: ${reason}`, { line: Number(line), column: Number(column) + 1 }];
}
