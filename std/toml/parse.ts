// `@std/toml`'s `parse` over smol-toml. This removes the differences between the two: the original returns numbers,
// and a SyntaxError that names the place. Dates are left out because this project passes none.

import { parse as parseToml, TomlError } from "smol-toml";

/**
 * Parse a TOML document.
 *
 * @throws {SyntaxError} "Parse error on line L, column C: ..."; as in the original, lines count from 1 and the
 * column is the number of characters before the place.
 */
export function parse(tomlString: string): Record<string, unknown> {
  try {
    return plainTable(parseToml(tomlString, { integersAsBigInt: "asNeeded" }));
  } catch (error) {
    if (!(error instanceof TomlError)) throw error;
    // smol-toml's message is a sentence, an empty line, then an excerpt of the document.
    const reason = error.message.split("\n", 1)[0]!.replace(/^Invalid TOML document: /, "");
    throw new SyntaxError(`Parse error on line ${error.line}, column ${error.column - 1}: ${reason}`, {
      cause: error,
    });
  }
}

function plainTable(table: object): Record<string, unknown> {
  return Object.fromEntries(Object.entries(table).map(([key, value]) => [key, plainValue(value)]));
}

function plainValue(value: unknown): unknown {
  if (typeof value === "bigint") return Number(value);
  if (Array.isArray(value)) return value.map(plainValue);
  if (typeof value === "object" && value !== null && !(value instanceof Date)) return plainTable(value);
  return value;
}
