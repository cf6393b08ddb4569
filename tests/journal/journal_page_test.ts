// docs/journal.md shows the table of the rules as it is in the code.

import { assertEquals } from "@std/assert";
import { RULES } from "../../src/journal/apply.ts";
import { readTables } from "../docs/markdown_tables.ts";

Deno.test("docs/journal.md has the rules of every record", async () => {
  const page = await Deno.readTextFile(new URL("../../docs/journal.md", import.meta.url));
  const [table] = readTables(
    page.slice(page.indexOf("<!-- rules: begin -->"), page.indexOf("<!-- rules: end -->")),
  );
  const expected = Object.entries(RULES).map(([kind, { validIf, does }]) => [`\`${kind}\``, validIf, does]);
  assertEquals(table?.rows, expected);
});
