// The places of keys. The property writes random documents, and remembers where it wrote each key.

import { assertEquals } from "@std/assert";
import { parse } from "@std/toml";
import fc from "fast-check";
import type { KeyPath } from "../../../src/config/toml/config_error.ts";
import { locatorOf, type TomlLocator } from "../../../src/config/toml/toml_nodes.ts";
import { readTomlNodes } from "../../../src/config/toml/toml_reader.ts";

function locatorIn(text: string): TomlLocator {
  return locatorOf(readTomlNodes(text, parse), text);
}

function place(text: string, ...path: KeyPath): string | undefined {
  const found = locatorIn(text).locate(path);
  return found && `${found.line}:${found.column}`;
}

Deno.test("keys are found at the top, in tables and behind dots", () => {
  const text =
    `# comment\nhost = "x"\n  port=1\n[limits]\nline_bytes = 3 # c\n a . "b c" . 'd' = 1\n[log.x]\ny = 2\n`;
  assertEquals(place(text, "host"), "2:1");
  assertEquals(place(text, "port"), "3:3");
  assertEquals(place(text, "limits"), "4:2");
  assertEquals(place(text, "limits", "line_bytes"), "5:1");
  assertEquals(place(text, "limits", "a"), "6:2");
  assertEquals(place(text, "limits", "a", "b c"), "6:6");
  assertEquals(place(text, "limits", "a", "b c", "d"), "6:14");
  assertEquals(place(text, "log"), "7:2");
  assertEquals(place(text, "log", "x", "y"), "8:1");
});

Deno.test("items of lists and keys of inline tables have places of their own", () => {
  const text =
    `args = [ # first\n  { name = "a", one_of = ["x",\n "]"] },\n  { name = "b" }, 3,\n]\nlast = 1\n`;
  assertEquals(place(text, "args", 0), "2:3");
  assertEquals(place(text, "args", 0, "one_of", 0), "2:27");
  assertEquals(place(text, "args", 0, "one_of", 1), "3:2");
  assertEquals(place(text, "args", 1, "name"), "4:5");
  assertEquals(place(text, "args", 2), "4:19");
  assertEquals(place(text, "last"), "6:1");
});

Deno.test("what looks like a key inside a string or a comment is none", () => {
  const text =
    `a = """\nb = 1\n[c]\n\\"""d = 2""""\n#e = 1\nf = '''\ng = '1'\n'''\nh = "\\"i = 1 #"\nj = '\\'\nk = 1`;
  for (const key of ["b", "c", "d", "e", "g", "i"]) assertEquals(place(text, key), undefined, key);
  assertEquals(place(text, "f"), "6:1");
  assertEquals(place(text, "h"), "9:1");
  assertEquals(place(text, "j"), "10:1");
  assertEquals(place(text, "k"), "11:1");
});

Deno.test("the tables of an array of tables are distinguished", () => {
  const text = `[[a]]\nx = 1\n[[a.b]]\ny = 1\n[[a.b]]\ny = 2\n[[a]]\nx = 3\n[a.c]\nz = 4\n`;
  assertEquals(place(text, "a", 0, "x"), "2:1");
  assertEquals(place(text, "a", 0, "b", 1, "y"), "6:1");
  assertEquals(place(text, "a", 1), "7:3");
  assertEquals(place(text, "a", 1, "c", "z"), "10:1");
});

Deno.test("a key that is not there has the place of the nearest one around it", () => {
  const text = `[limits]\nline_bytes = 1\nlist = [1]\n`;
  assertEquals(place(text, "limits", "missing"), "1:2");
  assertEquals(place(text, "limits", "list", 7, "x"), "3:1");
  assertEquals(place(text, "other"), undefined);
  assertEquals(place(text), undefined);
  assertEquals(locatorIn(text).has(["limits", "missing"]), false);
  assertEquals(locatorIn(text).has(["limits", "list", 0]), true);
});

Deno.test("columns count characters, and line ends may be Windows'", () => {
  assertEquals(place('"\u{1f600}".b = 1\r\nc = 2\r\n', "\u{1f600}", "b"), "1:5");
  assertEquals(place('"\u{1f600}".b = 1\r\nc = 2\r\n', "c"), "2:1");
  assertEquals(place('"\\u0061\\U0001F600" = 1', "a\u{1f600}"), "1:1");
});

Deno.test("names that every object has are ordinary keys", () => {
  assertEquals(place("[constructor]\n__proto__ = 1", "constructor", "__proto__"), "2:1");
});

/** Writes a document piece by piece and notes where each key and item begins. */
class Writer {
  text = "";
  readonly places: { path: KeyPath; place: string }[] = [];

  note(path: KeyPath): void {
    const lines = this.text.split("\n");
    this.places.push({ path, place: `${lines.length}:${[...lines.at(-1)!].length + 1}` });
  }
}

type Value = { readonly leaf: string } | { readonly list: readonly Value[] } | {
  readonly table: readonly (readonly [key: string, value: Value])[];
};

const leaf = fc.oneof(
  fc.constantFrom("1", "-2.5e3", "true", "inf", "1979-05-27T07:32:00Z", "07:32:00", "0xff", "1_000"),
  fc.constantFrom(
    '"[x]"',
    '"a = 1 # \\" ,"',
    "'{ } \\'",
    '""',
    '"""\n[t]\nk = "v" \\""" """',
    "'''\n# ' ''k = 1'''",
  ),
  fc.constantFrom('"\u{1f600}"', '"""a"""""', "''''''", '"\\\\"'),
).map((leaf): Value => ({ leaf }));
const keyName = fc.oneof(
  fc.constantFrom("a b", "x.y", "]", "#", "\u00e9"),
  fc.stringMatching(/^[a-z0-9_-]{1,3}$/),
);
const keyedValues = (value: fc.Arbitrary<Value>) =>
  fc.uniqueArray(fc.tuple(keyName, value), { maxLength: 3, selector: ([key]) => key });
const { value } = fc.letrec<{ value: Value }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 3, withCrossShrink: true },
    leaf,
    fc.array(tie("value"), { maxLength: 3 }).map((list): Value => ({ list })),
    keyedValues(tie("value")).map((table): Value => ({ table })),
  ),
}));
const section = fc.record({
  header: fc.array(keyName, { minLength: 1, maxLength: 3 }),
  isArray: fc.boolean(),
  pairs: keyedValues(value),
  gap: fc.constantFrom("", "\n", "  ", "\t", "\n# c = 1\n", "#[d]\n"),
});

function writtenKey(key: string): string {
  if (/^[A-Za-z0-9_-]+$/.test(key)) return key;
  return key.length % 2 ? JSON.stringify(key) : `'${key}'`;
}

function writeKey(out: Writer, path: KeyPath): void {
  out.note(path);
  out.text += writtenKey(String(path.at(-1)));
}

function writeValue(out: Writer, value: Value, path: KeyPath): void {
  if ("leaf" in value) out.text += value.leaf;
  else if ("list" in value) {
    out.text += "[";
    for (const [index, item] of value.list.entries()) {
      out.text += index % 2 ? "\n  # ], \n" : " ";
      out.note([...path, index]);
      writeValue(out, item, [...path, index]);
      out.text += " ,";
    }
    out.text += "]";
  } else {
    out.text += "{";
    for (const [index, [key, item]] of value.table.entries()) {
      if (index > 0) out.text += ", ";
      writeKey(out, [...path, key]);
      out.text += " = ";
      writeValue(out, item, [...path, key]);
    }
    out.text += " }";
  }
}

Deno.test("in any document, every key is found where it was written", () => {
  fc.assert(
    fc.property(keyedValues(value), fc.array(section, { maxLength: 4 }), (top, sections) => {
      const out = new Writer();
      const writePairs = (pairs: typeof top, path: KeyPath, gap = "") => {
        for (const [key, item] of pairs) {
          out.text += gap;
          writeKey(out, [...path, key]);
          out.text += " = ";
          writeValue(out, item, [...path, key]);
          out.text += " # = [\n";
        }
      };
      writePairs(top, []);
      // A root of its own for each section keeps the document free of tables that are defined twice.
      for (const [index, { header, isArray, pairs, gap }] of sections.entries()) {
        const repeats = isArray ? 2 : 1;
        for (let repeat = 0; repeat < repeats; repeat++) {
          out.text += `${gap}${isArray ? "[[" : "[ "}`;
          const path = [`section-${index}`, ...header];
          for (let length = 1; length <= path.length; length++) {
            if (length > 1) out.text += ".";
            if (repeat === 0) out.note(path.slice(0, length)); // later headers only repeat the names
            out.text += writtenKey(path[length - 1]!);
          }
          out.text += isArray ? "]]\n" : " ]\n";
          writePairs(pairs, isArray ? [...path, repeat] : path, gap);
        }
      }
      const locator = locatorIn(out.text);
      for (const { path, place: expected } of out.places) {
        const { line, column } = locator.locate(path)!;
        assertEquals(`${line}:${column}`, expected);
      }
    }),
    { numRuns: 300 },
  );
});
