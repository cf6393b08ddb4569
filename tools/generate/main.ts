// `deno task man`: writes the completions and the manual pages of a release into dist/.

import { dirname } from "node:path";
import { type GeneratedFile, releaseFiles } from "./mod.ts";

const ROOT = new URL("../../", import.meta.url);

async function write(files: readonly GeneratedFile[], directory: string): Promise<void> {
  for (const { path, text } of files) {
    const target = new URL(`${directory}${path}`, ROOT);
    await Deno.mkdir(dirname(target.pathname), { recursive: true });
    await Deno.writeTextFile(target, text);
    console.log(`${directory}${path}`);
  }
}

await write(await releaseFiles(), "dist/");
