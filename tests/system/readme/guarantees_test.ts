// docs/guarantees.md: each guarantee has tests, and they name it.

import { assert, assertEquals } from "@std/assert";
import { join } from "node:path";
import { PROJECT } from "../../support/programs/start_process.ts";

const COUNT = 12;

Deno.test("every guarantee is listed once, with tests that name it", async () => {
  const page = await Deno.readTextFile(join(PROJECT, "docs/guarantees.md"));
  const rows = [...page.matchAll(/^\| (G\d+) +\|.*\|(.*)\|$/gm)];
  assertEquals(rows.map(([, name]) => name), Array.from({ length: COUNT }, (_, i) => `G${i + 1}`));
  const unnamed: string[] = [];
  for (const [, name, tests] of rows) {
    const files = [...tests!.matchAll(/\((\.\.\/tests\/[^)]+\.ts)\)/g)].map(([, path]) => path!);
    assert(files.length > 0, `${name} has no test`);
    for (const path of files) {
      const text = await Deno.readTextFile(join(PROJECT, "docs", path));
      if (!new RegExp(`\\b${name}\\b`).test(text)) unnamed.push(`${path} does not name ${name}`);
    }
  }
  assertEquals(unnamed, []);
});
