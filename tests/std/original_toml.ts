// A parser that does what the original of `@std/toml` does where it differs from the local package (releases up to
// July 2026), as seen in its source and in the cases that its own tests leave out. Of the rest of TOML it knows as much
// as the tests here need: headers, and keys with a value on one line.

type Table = Record<string, unknown>;

export function parseLikeOriginal(text: string): Table {
  const document: Table = {};
  let table = document;
  for (const [index, line] of text.split("\n").entries()) {
    try {
      const [, header, key, value] = /^\[(.+)\]$|^([\w.-]+) = (.*)$/.exec(line) ?? [];
      if (header !== undefined) table = openTable(document, header.split("."));
      else if (key !== undefined) assign(table, key.split("."), readValue(value!));
      else if (line !== "") throw new SyntaxError(`Unexpected character: "${line[0]}"`);
    } catch (error) {
      // The place is where the reading stopped, and the message may have anything in it, as it is.
      throw new SyntaxError(
        `Parse error on line ${index + 1}, column ${line.length}: ${(error as Error).message}`,
      );
    }
  }
  return document;
}

/** A table that is there already, even by a table in it, is not opened again. */
function openTable(parent: Table, [key = "", ...others]: string[]): Table {
  if (key === "") throw new Error("Cannot parse the TOML: key length is not a positive number");
  const present = parent[key];
  if (typeof present === "object" && present !== null) return openTable(present as Table, others);
  if (present !== undefined) throw new Error("Unexpected assign"); // for "constructor" too, which every object has
  const made: Table = {};
  parent[key] = others.length === 0 ? made : {};
  return others.length === 0 ? made : openTable(parent[key] as Table, others);
}

/** Of a key that is given twice the last value holds; of two lists, the one behind the other. */
function assign(table: Table, [key = "", ...others]: string[], value: unknown): void {
  const present = table[key];
  if (key === "__proto__") return;
  if (others.length > 0) {
    const inner = typeof present === "object" && present !== null ? present : {};
    assign(inner as Table, others, value);
    table[key] = inner;
  } else {
    table[key] = Array.isArray(present) && Array.isArray(value) ? [...present, ...value] : value;
  }
}

/** Control characters are taken; `\U` has six digits; a time stays the text that it was. */
function readValue(text: string): unknown {
  if (/^[0-9]{4}-/.test(text)) return new Date(text);
  if (/^[0-9]{2}:/.test(text)) return text;
  if (/^"""|^'''/.test(text)) throw new SyntaxError("Single-line string is not closed:\n");
  if (!text.startsWith('"')) return JSON.parse(text.replaceAll("_", ""));
  const content = text.slice(1, -1).replaceAll(
    /\\U(.{6})/g,
    (_, digits) => String.fromCodePoint(parseInt(digits, 16)),
  );
  if (/\\[ex]/.test(content)) {
    throw new SyntaxError(`Invalid escape sequence: \\${/\\([ex])/.exec(content)![1]}`);
  }
  return JSON.parse(`"${content.replaceAll("\0", "\\u0000")}"`);
}
