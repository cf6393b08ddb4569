// The documents: each link between them leads to a file that exists, and to a heading in it.

import { assert, assertEquals } from "@std/assert";
import { dirname, join } from "node:path";

const ROOT = join(import.meta.dirname!, "..");

async function documents(): Promise<Map<string, string>> {
  const pages = new Map<string, string>();
  for (const folder of [".", "docs"]) {
    for await (const { name, isFile } of Deno.readDir(join(ROOT, folder))) {
      const path = join(folder, name);
      if (isFile && name.endsWith(".md")) pages.set(path, await Deno.readTextFile(join(ROOT, path)));
    }
  }
  return pages;
}

/** The anchors that a page has, as GitHub makes them of its headings. */
function anchorsOf(page: string): Set<string> {
  const prose = page.replaceAll(/^ *```[^]*?^ *```/gm, "");
  const headings = [...prose.matchAll(/^#{1,6} (.+)$/gm)].map(([, heading]) => heading!.trim().toLowerCase());
  return new Set(
    headings.map((heading) => heading.replaceAll(/[^\p{L}\p{N} _-]/gu, "").replaceAll(" ", "-")),
  );
}

async function brokenLinks(pages: ReadonlyMap<string, string>): Promise<string[]> {
  const broken: string[] = [];
  for (const [path, text] of pages) {
    for (const [, target] of text.replaceAll(/^ *```[^]*?^ *```/gm, "").matchAll(/\]\(([^)\s]+)\)/g)) {
      if (/^[a-z]+:/.test(target!)) continue;
      const [file, anchor] = target!.split("#");
      const to = file === "" ? path : join(dirname(path), file!);
      const page = pages.get(to);
      const exists = page !== undefined || await Deno.stat(join(ROOT, to)).then(() => true, () => false);
      if (!exists || (anchor !== undefined && !anchorsOf(page ?? "").has(anchor))) {
        broken.push(`${path}: ${target}`);
      }
    }
  }
  return broken;
}

Deno.test("every link of a document leads to a file and a heading that exist", async () => {
  const pages = await documents();
  assert(pages.size > 8);
  assertEquals(await brokenLinks(pages), []);
});

Deno.test("a link to a missing file is found, and one to a missing heading", async () => {
  const page = "# A page\n\n[a](#a-page) [b](#no-page) [c](README.md) [d](NONE.md)\n";
  assertEquals(await brokenLinks(new Map([["page.md", page]])), ["page.md: #no-page", "page.md: NONE.md"]);
});
