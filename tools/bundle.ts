// Joins a program's modules into few files before they are compiled: the runtime takes a quarter of a millisecond for
// each module that it loads, and a program of a hundred modules would spend half its start on that. What the program
// imports only when it needs it stays a file of its own. No names are shortened, so that a stack trace can be read.

import { basename, dirname, join, relative } from "node:path";
import { CompileError } from "./compile_job.ts";

/** What of a `CompileJob` this needs. */
export interface BundleJob {
  readonly root: string;
  readonly entry: string;
  readonly workers?: readonly string[];
}

/**
 * Bundles a program into `folder`, packages included; checks the types on the way.
 *
 * @returns the path of the file to begin with.
 * @throws {CompileError} when Deno could not do it, after its own words have been passed on.
 */
export async function bundle({ root, entry, workers = [] }: BundleJob, folder: string): Promise<string> {
  const options = ["--quiet", "--check", "--frozen", "--platform=deno", "--code-splitting"];
  const command = new Deno.Command(Deno.execPath(), {
    args: ["bundle", ...options, `--outdir=${folder}`, entry, ...workers],
    cwd: root,
    stdin: "null",
    stdout: "null",
    stderr: "piped",
  });
  const { success, stderr } = await command.output();
  if (!success) {
    await Deno.stderr.write(stderr);
    throw new CompileError(`Cannot compile ${entry}: deno bundle failed, see above.`);
  }
  // Files keep their place below the directory of the entry, as .js. A program asks for a worker by the name of its
  // source, beside the file that asks, and that is one at the top now.
  const bundled = (source: string) => relative(dirname(entry), source).replace(/\.ts$/, ".js");
  for (const worker of workers) {
    await Deno.writeTextFile(join(folder, basename(worker)), `import "./${bundled(worker)}";\n`);
  }
  // A configuration of its own: without one, whatever lies above the folder would be looked for and found.
  const { unstable } = JSON.parse(await Deno.readTextFile(join(root, "deno.json")));
  await Deno.writeTextFile(join(folder, "deno.json"), `${JSON.stringify({ unstable })}\n`);
  return join(folder, bundled(entry));
}
