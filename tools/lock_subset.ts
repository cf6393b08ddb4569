// The part of deno.lock that one program needs. The older `deno compile` embeds every package of its lock file,
// so a whole one would put the browser driver of the tests into the server: slower to start, and larger.

import { join } from "node:path";
import { CannotCompile } from "./compile_job.ts";

/** What this needs of `deno info --json`. */
export interface ModuleInfo {
  modules: { npmPackage?: string }[];
  npmPackages: Record<string, { dependencies: string[] }>;
}

/** What this needs of a lock file; the rest is kept as it is. */
export interface LockFile {
  specifiers: Record<string, string>;
  npm?: Record<string, unknown>;
  [other: string]: unknown;
}

/** The text of the lock file in `root`, less the packages that `entry` does not reach. */
export async function lockOf(root: string, entry: string): Promise<string> {
  const lock: LockFile = JSON.parse(await Deno.readTextFile(join(root, "deno.lock")));
  const command = new Deno.Command(Deno.execPath(), {
    args: ["info", "--json", entry],
    cwd: root,
    stdout: "piped",
    stderr: "inherit",
  });
  const { success, stdout } = await command.output();
  if (!success) throw new CannotCompile(`Cannot compile ${entry}: deno info failed, see above.`);
  const info: ModuleInfo = JSON.parse(new TextDecoder().decode(stdout));
  return JSON.stringify(lockSubset(lock, info), undefined, 2);
}

/** `lock` with the npm packages alone that the modules of `info` import, and those that these depend on. */
export function lockSubset(lock: LockFile, info: ModuleInfo): LockFile {
  const reached = new Set<string>();
  const reach = (id: string) => {
    if (reached.has(id)) return;
    reached.add(id);
    info.npmPackages[id]?.dependencies.forEach(reach);
  };
  for (const { npmPackage } of info.modules) if (npmPackage !== undefined) reach(npmPackage);

  const isKept = (specifier: string, version: string) => {
    const name = /^npm:(.+)@/.exec(specifier)?.[1];
    return name === undefined || reached.has(`${name}@${version}`);
  };
  return {
    ...lock,
    specifiers: Object.fromEntries(
      Object.entries(lock.specifiers).filter(([key, value]) => isKept(key, value)),
    ),
    npm: Object.fromEntries(Object.entries(lock.npm ?? {}).filter(([id]) => reached.has(id))),
  };
}
