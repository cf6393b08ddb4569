// The package of the client library: one JavaScript file for Node, and the types of the library as they are published on
// JSR, which `deno pack` makes.

import { dirname, join } from "node:path";
import { runQuietly } from "../run_quietly.ts";
import { readFacts, startPackage, writePackageJson } from "./pack.ts";

const ENTRY = "packaging/npm/client/mod.ts";

/** @throws {CompileError} if Deno or npm failed */
export async function makeClientPackage(root: string, folder: string): Promise<void> {
  const source = join(root, dirname(ENTRY));
  const { name, version } = await readFacts(root);
  await startPackage({ root, source, folder, names: [] });
  await writePackageJson(source, folder, { name, version });
  const options = ["--quiet", "--check", "--frozen", "--platform=deno"];
  await runQuietly(Deno.execPath(), ["bundle", ...options, `--output=${join(folder, "mod.js")}`, ENTRY], {
    cwd: root,
  });
  await writeTypes(root, join(folder, "types"));
  await writeReadme(root, source, folder);
}

async function writeTypes(root: string, folder: string): Promise<void> {
  const packed = await Deno.makeTempDir({ prefix: "rankserver-types-" });
  try {
    const archive = join(packed, "packed.tgz");
    const options = ["--quiet", "--allow-dirty", "--no-source-maps", `--output=${archive}`];
    await runQuietly(Deno.execPath(), ["pack", ...options], { cwd: root });
    await Deno.mkdir(folder);
    await runQuietly("tar", [
      "--extract",
      `--file=${archive}`,
      `--directory=${folder}`,
      "--strip-components=1",
      "--wildcards",
      "*.d.ts",
    ], { cwd: root });
  } finally {
    await Deno.remove(packed, { recursive: true });
  }
}

/** The example is the one that docs/library.md has for Node. */
async function writeReadme(root: string, source: string, folder: string): Promise<void> {
  const page = await Deno.readTextFile(join(root, "docs", "library.md"));
  const [example] = page.match(/^```js\n[^]*?^```$/m) ?? [""];
  const readme = await Deno.readTextFile(join(source, "README.md"));
  await Deno.writeTextFile(join(folder, "README.md"), readme.replace(/^EXAMPLE$/m, () => example));
}
