// The configuration files that docs/cluster.md shows, with the addresses and paths of a test in place of those of a reader.

import { join } from "node:path";
import { PROJECT } from "../../../support/programs/start_process.ts";

/** The block below the comment that names this file. */
export function pageFile(name: string): string {
  const page = Deno.readTextFileSync(join(PROJECT, "docs/cluster.md"));
  const escaped = RegExp.escape(name);
  const text = new RegExp(`<!-- file: ${escaped} -->\n\n\`\`\`\\w+\n(.*?)\n\`\`\``, "s").exec(page)?.[1];
  if (text === undefined) throw new Error(`docs/cluster.md has no file ${name}`);
  return text;
}

/** Each text must be there. */
export function replaced(text: string, replacements: Readonly<Record<string, string>>): string {
  let result = text;
  for (const [from, to] of Object.entries(replacements)) {
    if (!result.includes(from)) throw new Error(`${JSON.stringify(from)} is not in\n${text}`);
    result = result.replaceAll(from, to);
  }
  return result;
}
