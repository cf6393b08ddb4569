// `deno task npm`: makes the two packages for npm. `client_package.ts` makes the library, `program_package.ts` the
// programs, and `pack.ts` the archives that `npm publish` takes.

import { join, relative, resolve } from "node:path";
import { CompileError } from "../compile_job.ts";
import { readTaskLine, sayWhyNot, TASK_EXIT } from "../task_line.ts";
import { makeClientPackage } from "./client_package.ts";
import { pack } from "./pack.ts";
import { makeProgramPackage } from "./program_package.ts";

const ROOT = resolve(import.meta.dirname!, "..", "..");

const TASK = {
  name: "npm",
  summary: "Make the npm packages: @rankserver/client, the library for Node, and rankserver, both programs.",
  flags: [{ name: "out", value: "DIR", help: "Write them to DIR instead of dist/npm." }],
  numbers: [],
  example: "deno task npm --out /tmp/npm",
  failure: "a package could not be made; stderr has the reason",
} as const;

/** Makes both packages below `folder`. @returns the paths of their archives @throws {CompileError} */
export async function makePackages(root: string, folder: string): Promise<string[]> {
  const client = join(folder, "rankserver-client");
  const programs = join(folder, "rankserver");
  await makeClientPackage(root, client);
  await makeProgramPackage(root, programs);
  return [await pack(client, folder), await pack(programs, folder)];
}

async function main(words: readonly string[]): Promise<number> {
  const line = await readTaskLine(TASK, words);
  if (!line.ok) return sayWhyNot(line);
  try {
    const archives = await makePackages(ROOT, resolve(line.flags.out ?? join(ROOT, "dist", "npm")));
    for (const archive of archives) console.log(relative(Deno.cwd(), archive));
    return TASK_EXIT.ok;
  } catch (error) {
    if (!(error instanceof CompileError)) throw error;
    console.error(error.message);
    return TASK_EXIT.failed;
  }
}

if (import.meta.main) Deno.exit(await main(Deno.args));
