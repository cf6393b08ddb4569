// `deno task generate` writes the generated files of this repository, and `deno task man` the completions and the manual
// pages of a release.

import { dirname } from "node:path";
import { committedFiles, type GeneratedFile, releaseFiles } from "./mod.ts";

const ROOT = new URL("../../", import.meta.url);

async function write(files: readonly GeneratedFile[], directory: string): Promise<void> {
  for (const { path, text } of files) {
    const target = new URL(`${directory}${path}`, ROOT);
    await Deno.mkdir(dirname(target.pathname), { recursive: true });
    await Deno.writeTextFile(target, text);
    console.log(`${directory}${path}`);
  }
}

const isRelease = Deno.args.includes("--release");
await write(isRelease ? await releaseFiles() : await committedFiles(), isRelease ? "dist/" : "");
