// Joins a program's modules into few files before they are compiled: loading a module takes a quarter of a millisecond,
// half of the start of a program with a hundred of them. Dynamic imports stay separate files, and names are not
// shortened, so that stack traces are readable. The same sources give the same files, times included: executables have
// both in them.

import { basename, dirname, join, relative } from "node:path";
import { CompileError } from "./compile_job.ts";

/** In seconds; an executable records the time of each of its files. */
const FILE_TIME = 0;

/** The part of a `CompileJob` that this needs. */
export interface BundleJob {
  readonly root: string;
  readonly entry: string;
  readonly workers?: readonly string[] | undefined;
}

/**
 * Bundles a program and its packages into `folder`, and checks the types.
 *
 * @returns the path of the entry point.
 * @throws {CompileError} if Deno failed, after showing its output.
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
  // Files keep their place below the directory of the entry, as .js. A program starts a worker by the name of its source,
  // next to its own file, which is now at the top.
  const bundled = (source: string) => relative(dirname(entry), source).replace(/\.ts$/, ".js");
  for (const worker of workers) {
    await Deno.writeTextFile(join(folder, basename(worker)), `import "./${bundled(worker)}";\n`);
  }
  // With its own configuration, Deno does not search the folders above.
  const { unstable } = JSON.parse(await Deno.readTextFile(join(root, "deno.json")));
  await Deno.writeTextFile(join(folder, "deno.json"), `${JSON.stringify({ unstable })}\n`);
  await setFileTimes(folder);
  return join(folder, bundled(entry));
}

async function setFileTimes(folder: string): Promise<void> {
  for await (const { name, isDirectory } of Deno.readDir(folder)) {
    const path = join(folder, name);
    if (isDirectory) await setFileTimes(path);
    else await Deno.utime(path, FILE_TIME, FILE_TIME);
  }
}
