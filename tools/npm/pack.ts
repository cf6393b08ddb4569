// What both packages need: an empty folder, package.json with the version of deno.json, the license, and `npm pack`.

import { basename, join } from "node:path";
import { CompileError } from "../compile_job.ts";
import { runQuietly } from "../run_quietly.ts";

/** The part of deno.json that the packages are made from. */
export interface ProjectFacts {
  readonly name: string;
  readonly version: string;
  readonly tasks: Readonly<Record<string, { readonly command: string }>>;
}

export async function readFacts(root: string): Promise<ProjectFacts> {
  return JSON.parse(await Deno.readTextFile(join(root, "deno.json")));
}

/** Empties `folder`, and puts in it what is not built: the files of `source` with these names, and the license. */
export async function startPackage(
  { root, source, folder, names }: {
    readonly root: string;
    readonly source: string;
    readonly folder: string;
    readonly names: readonly string[];
  },
): Promise<void> {
  await Deno.remove(folder, { recursive: true }).catch((error) => {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
  });
  await Deno.mkdir(folder, { recursive: true });
  for (const name of names) await Deno.copyFile(join(source, name), join(folder, name));
  await Deno.copyFile(join(root, "LICENSE"), join(folder, "LICENSE"));
}

/** Completes the package.json of `source` with its name and its version. */
export async function writePackageJson(
  source: string,
  folder: string,
  facts: { readonly name: string; readonly version: string },
): Promise<void> {
  const own = JSON.parse(await Deno.readTextFile(join(source, "package.json")));
  await Deno.writeTextFile(
    join(folder, "package.json"),
    `${JSON.stringify({ ...facts, ...own }, undefined, 2)}\n`,
  );
}

/** Packs a package into `folder`. @returns the path of the archive @throws {CompileError} */
export async function pack(packageFolder: string, folder: string): Promise<string> {
  await setModes(packageFolder);
  const args = ["pack", "--json", "--ignore-scripts", `--pack-destination=${folder}`];
  const stdout = await runQuietly("npm", args, { cwd: packageFolder });
  const [packed] = JSON.parse(stdout);
  if (typeof packed?.filename !== "string") {
    throw new CompileError(`Cannot read the output of npm pack: ${stdout}`);
  }
  return join(folder, basename(packed.filename));
}

/** The archive has the modes of the files, which depend on the umask. */
async function setModes(folder: string): Promise<void> {
  for await (const { name, isDirectory } of Deno.readDir(folder)) {
    const path = join(folder, name);
    if (isDirectory) await setModes(path);
    const { mode } = await Deno.stat(path);
    await Deno.chmod(path, isDirectory || (mode ?? 0) & 0o100 ? 0o755 : 0o644);
  }
}
