// A directory that is packed: every file with the same time, and with one of two modes, whatever the umask is.

import { dirname, join } from "node:path";

/** A file of a release. */
export interface StagedFile {
  /** From the top of the tree, with slashes. */
  readonly path: string;
  readonly isExecutable?: boolean;
  readonly content: string | Uint8Array | { readonly copyOf: string };
}

const FILE_MODE = 0o644;
const EXECUTABLE_MODE = 0o755;
const DIRECTORY_MODE = 0o755;

/** @param epoch in seconds */
export async function writeTree(folder: string, files: readonly StagedFile[], epoch: number): Promise<void> {
  const directories = new Set<string>([folder]);
  for (const { path, isExecutable = false, content } of files) {
    const target = join(folder, path);
    for (let at = dirname(path); at !== "."; at = dirname(at)) directories.add(join(folder, at));
    await Deno.mkdir(dirname(target), { recursive: true });
    if (typeof content === "string") await Deno.writeTextFile(target, content);
    else if (content instanceof Uint8Array) await Deno.writeFile(target, content);
    else await Deno.copyFile(content.copyOf, target);
    await Deno.chmod(target, isExecutable ? EXECUTABLE_MODE : FILE_MODE);
    await Deno.utime(target, epoch, epoch);
  }
  for (const directory of directories) {
    await Deno.chmod(directory, DIRECTORY_MODE);
    await Deno.utime(directory, epoch, epoch);
  }
}
