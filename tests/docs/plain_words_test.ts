// Words that make the documents hard to read: free relatives, indefinite persons, and idioms with a second meaning.

import { assertEquals } from "@std/assert";
import { projectFiles, readProjectFile } from "./project_files.ts";

const HARD_WORDS =
  /\b(?:whoever|whomever|nobody|somebody|everybody|anybody|at once|(?:is|are) told|(?:is|are) asked|not good|gives? up|given up|save (?:for|in|that|where)|good for nothing|under way)\b/i;

/** Names and the output of programs, which have tests of their own. */
function withoutCode(markdown: string): string {
  return markdown.replace(/^( *)```[^]*?^\1```/gm, (block) => block.replace(/[^\n]/g, ""))
    .replace(/`[^`\n]+`/g, "``");
}

function hardLines(path: string, markdown: string): string[] {
  return withoutCode(markdown).split("\n").map((line, index) => ({ line, index }))
    .filter(({ line }) => HARD_WORDS.test(line)).map(({ line, index }) => `${path}:${index + 1}: ${line}`);
}

for (const path of (await projectFiles()).filter((path) => path.endsWith(".md"))) {
  Deno.test(`${path} is in plain words`, async () => {
    assertEquals(hardLines(path, await readProjectFile(path)), []);
  });
}

Deno.test("a hard word in prose is found with its line, and none in code", () => {
  const page = "# A\nWhoever leaves\n```text\nnobody\n```\n`at once` is told\n";
  assertEquals(hardLines("a.md", page), ["a.md:2: Whoever leaves", "a.md:6: `` is told"]);
});
