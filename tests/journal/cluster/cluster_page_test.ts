// docs/cluster-rules.md shows the table of the rules as it is in the code.

import { assertEquals } from "@std/assert";
import { RULES_OF_CLUSTER } from "../../../src/journal/cluster/mod.ts";
import { readTables } from "../../docs/markdown_tables.ts";

Deno.test("docs/cluster-rules.md has the rules of every record of a cluster", async () => {
  const page = await Deno.readTextFile(new URL("../../../docs/cluster-rules.md", import.meta.url));
  const [table] = readTables(
    page.slice(page.indexOf("<!-- rules: begin -->"), page.indexOf("<!-- rules: end -->")),
  );
  const rules = Object.entries(RULES_OF_CLUSTER);
  assertEquals(table?.rows, rules.map(([kind, { validIf, does }]) => [`\`${kind}\``, validIf, does]));
});
