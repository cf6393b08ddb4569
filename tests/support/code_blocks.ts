// The examples in the documents.

import { join } from "node:path";
import { PROJECT } from "./programs/start_process.ts";

/** The blocks of code of one language in a document of the project, in order. */
export async function blocks(path: string, language: string): Promise<string[]> {
  // In TypeScript each line stands behind an asterisk.
  const text = (await Deno.readTextFile(join(PROJECT, path))).replaceAll(/^ \* ?/gm, "");
  const found = text.matchAll(new RegExp(`^\`\`\`${language}\n(.*?)^\`\`\`$`, "gms"));
  return [...found].map(([, code]) => code!);
}
