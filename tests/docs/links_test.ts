// Every link between the documents leads to a file and a heading that exist, and so does every document that a comment
// names. Links to other sites are not followed.

import { assert, assertEquals } from "@std/assert";
import { readAnchors, readLinks } from "./markdown_links.ts";
import { projectFiles, readProjectFile } from "./project_files.ts";

const FILES = await projectFiles();
const DOCUMENTS = FILES.filter((path) => path.endsWith(".md"));

/** The faults of one document, given all files and the text of those that are documents. */
async function brokenLinks(
  path: string,
  files: readonly string[],
  read: (path: string) => Promise<string>,
): Promise<string[]> {
  const broken: string[] = [];
  for (const { target, line } of readLinks(await read(path))) {
    if (/^[a-z][\w+.-]*:/i.test(target)) continue;
    const url = new URL(target, `file:///${path}`);
    const file = decodeURIComponent(url.pathname).slice(1);
    const isFile = files.includes(file);
    const isDirectory = files.some((other) => other.startsWith(`${file.replace(/\/$/, "")}/`));
    const anchor = decodeURIComponent(url.hash.slice(1));
    if (!isFile && !isDirectory) broken.push(`${path}:${line}: there is no file ${file} (${target})`);
    else if (anchor !== "" && file.endsWith(".md") && !readAnchors(await read(file)).has(anchor)) {
      broken.push(`${path}:${line}: ${file} has no heading for #${anchor}`);
    }
  }
  return broken;
}

for (const path of DOCUMENTS) {
  Deno.test(`${path}: every relative link leads to a file and a heading that exist`, async () => {
    assertEquals(await brokenLinks(path, FILES, readProjectFile), []);
  });
}

Deno.test("every document that a source file, a test, a tool or an example names exists", async () => {
  const missing: string[] = [];
  for (const path of FILES.filter((path) => /\.(ts|toml|py|sh|service|json|ya?ml|md)$/.test(path))) {
    const text = await readProjectFile(path);
    for (const [name] of text.matchAll(/(?<![\w./-])docs\/[\w/-]+\.md/g)) {
      if (!FILES.includes(name)) missing.push(`${path} names ${name}`);
    }
  }
  assertEquals(missing, []);
});

const MADE_UP: Readonly<Record<string, string>> = {
  "a.md": "# Über `a_b`, c\n# Twice\n# Twice\n```\n# no heading\n[no link](nowhere.md)\n```\n`[code](no.md)`",
  "made/b.md": [
    "[x](../a.md#über-a_b-c) [x](../a.md#twice-1) [x](../a.md) [x](#here) [x](https://example.org/#x)",
    "## Here",
    "[x](c.md) [x](../a.md#no-heading)",
    "[x](#there) ![x](../picture.svg)",
  ].join("\n"),
};

Deno.test("a link to a missing file, heading or picture is found, and no other", async () => {
  const read = (path: string) => Promise.resolve(MADE_UP[path]!);
  assertEquals(await brokenLinks("a.md", Object.keys(MADE_UP), read), []);
  assertEquals(await brokenLinks("made/b.md", Object.keys(MADE_UP), read), [
    "made/b.md:3: there is no file made/c.md (c.md)",
    "made/b.md:3: a.md has no heading for #no-heading",
    "made/b.md:4: made/b.md has no heading for #there",
    "made/b.md:4: there is no file picture.svg (../picture.svg)",
  ]);
});

Deno.test("the documents are found", () => {
  assert(DOCUMENTS.includes("README.md") && DOCUMENTS.includes("docs/protocol.md"));
});
