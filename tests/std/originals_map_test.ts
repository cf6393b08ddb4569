// std/originals.json leads the tests to the originals of @std: it replaces the imports of deno.json, and asks for
// releases newer than the local packages say they are, which the workspace would satisfy otherwise.

import { assert, assertEquals } from "@std/assert";

const MAP = readJson("std/originals.json");
const CONFIG = readJson("deno.json");

function readJson(path: string) {
  return JSON.parse(Deno.readTextFileSync(new URL(`../../${path}`, import.meta.url)));
}

Deno.test("the import map of the originals has the imports of deno.json", () => {
  const imports = Object.entries<string>(CONFIG.imports).flatMap(([name, specifier]) =>
    specifier.startsWith("jsr:")
      ? [[name, `${specifier}.0.1`]]
      // A map, unlike deno.json, has to name the files in a package on their own.
      : [[name, specifier], [`${name}/`, `${specifier.replace("npm:", "npm:/")}/`]]
  );
  assertEquals(MAP, { imports: Object.fromEntries(imports) });
});

Deno.test("no local package is as new as the originals that the import map asks for", () => {
  // The others are directories with compiler options of their own.
  const packages = CONFIG.workspace.filter((path: string) => path.startsWith("./std/"));
  assert(packages.length > 0);
  for (const path of packages) {
    assertEquals(readJson(`${path}/deno.json`).version, "1.0.0", path);
  }
});
