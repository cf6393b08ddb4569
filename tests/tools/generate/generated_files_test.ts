// The generated files in the repository are made of the current tables, and those of a release have their names.

import { assert, assertEquals } from "@std/assert";
import { committedFiles, releaseFiles } from "../../../tools/generate/mod.ts";
import { readProjectFile } from "../../docs/project_files.ts";

for (const { path, text } of await committedFiles()) {
  Deno.test(`${path} is made of the current tables`, async () => {
    const isCurrent = await readProjectFile(path) === text;
    assertEquals(isCurrent, true, `${path} is out of date: deno task generate`);
  });
}

Deno.test("a release gets the completions and the manual pages under their names", async () => {
  const files = await releaseFiles();
  assertEquals(files.map(({ path }) => path), [
    "completions/rankserver.bash",
    "completions/_rankserver",
    "completions/rankserver.fish",
    "completions/rankserver.ps1",
    "completions/rankclient.bash",
    "completions/_rankclient",
    "completions/rankclient.fish",
    "completions/rankclient.ps1",
    "man/rankserver.1",
    "man/rankclient.1",
    "man/rankserver.toml.5",
  ]);
  for (const { path, text } of files) assert(text.length > 1_000 && text.endsWith("\n"), path);
});
