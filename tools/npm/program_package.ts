// The package of the two programs: bundled as the executables are, and started by the Deno of the npm package "deno" with
// the flags of the tasks `start` and `client`.

import { join } from "node:path";
import { bundle } from "../bundle.ts";
import { jobFor } from "../programs.ts";
import { type ProjectFacts, readFacts, startPackage, writePackageJson } from "./pack.ts";

const ENTRY = "main.ts";
const FILES = ["rankserver.js", "rankclient.js", "run_program.js", "README.md"];

/** @throws {CompileError} if Deno failed */
export async function makeProgramPackage(root: string, folder: string): Promise<void> {
  const source = join(root, "packaging", "npm", "rankserver");
  const facts = await readFacts(root);
  await startPackage({ root, source, folder, names: FILES });
  await writePackageJson(source, folder, { name: "rankserver", version: facts.version });
  const flags = { server: flagsOf(facts, "start"), client: flagsOf(facts, "client") };
  await Deno.writeTextFile(join(folder, "programs.json"), `${JSON.stringify(flags, undefined, 2)}\n`);
  await bundle({ root, entry: ENTRY, workers: jobFor("server").workers }, join(folder, "program"));
}

/** The words between "deno run" and the program. */
function flagsOf({ tasks }: ProjectFacts, task: string): string[] {
  const [, flags] = /^deno run (.*) main\.ts /.exec(tasks[task]!.command)!;
  return flags!.split(" ");
}
