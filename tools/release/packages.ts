// The npm packages of the project, from deno.lock, and those of them that are part of the programs, with their licences.

import { join } from "node:path";
import { ReleaseError } from "./release_error.ts";
import { runProgram } from "./run_program.ts";

/** What is used of deno.lock, version 5. */
export interface Lock {
  /** The version that a requirement, such as "npm:valibot@^1.5.0", has led to. */
  readonly specifiers: Readonly<Record<string, string>>;
  /** By name and version, "valibot@1.5.0"; the dependencies have a version only if the name is not clear without. */
  readonly npm: Readonly<
    Record<string, { readonly integrity: string; readonly dependencies?: readonly string[] }>
  >;
}

/** The licence of a package in the programs. */
export interface Licence {
  /** As its package.json has it: an SPDX expression. */
  readonly id: string;
  readonly text: string;
}

/** The modules that the programs start with, and the page in the browser, which is part of the server. */
const ENTRIES = ["src/cli/rankserver.ts", "src/cli/rankclient.ts", "src/web/page/browser/start.ts"];

/** What is used of `deno info --json`. */
interface ModuleGraph {
  readonly modules: readonly { readonly npmPackage?: string }[];
  readonly npmPackages: Readonly<Record<string, { readonly localPath: string }>>;
}

export async function readLock(root: string): Promise<Lock> {
  const lock = JSON.parse(await Deno.readTextFile(join(root, "deno.lock")));
  if (lock.version !== "5") {
    throw new ReleaseError(
      `Cannot read deno.lock: its version must be 5, got ${lock.version}; adapt tools/release/packages.ts`,
    );
  }
  return lock;
}

/** The key in the lock of a dependency. @throws {ReleaseError} if there is none */
export function findDependency(lock: Lock, dependency: string): string {
  const key = Object.keys(lock.npm).find((key) => key === dependency || key.startsWith(`${dependency}@`));
  if (key === undefined) throw new ReleaseError(`Cannot find ${dependency} in deno.lock; run deno install`);
  return key;
}

/** The licences of the packages that are part of the programs, by the key in the lock. */
export async function readLicences(root: string, lock: Lock): Promise<Map<string, Licence>> {
  const folders = new Map<string, string>();
  const found = new Set<string>();
  for (const entry of ENTRIES) {
    const info: ModuleGraph = JSON.parse(
      await runProgram(Deno.execPath(), ["info", "--json", entry], { cwd: root }),
    );
    for (const [key, { localPath }] of Object.entries(info.npmPackages)) folders.set(key, localPath);
    for (const { npmPackage } of info.modules) if (npmPackage !== undefined) found.add(npmPackage);
  }
  for (const key of found) {
    for (const dependency of lock.npm[key]?.dependencies ?? []) found.add(findDependency(lock, dependency));
  }
  const licences = new Map<string, Licence>();
  for (const key of [...found].sort()) licences.set(key, await readLicence(key, folders.get(key)!));
  return licences;
}

/** One text for all, to be delivered with the programs. */
export function renderLicences(licences: ReadonlyMap<string, Licence>): string {
  const parts = [...licences].map(([key, { id, text }]) => `${key} (${id})\n\n${text.trim()}\n`);
  return [
    "The programs contain Deno (https://github.com/denoland/deno, MIT License), and these packages:\n",
    ...parts,
  ].join(`\n${"-".repeat(78)}\n\n`);
}

async function readLicence(key: string, folder: string): Promise<Licence> {
  const { license } = JSON.parse(await Deno.readTextFile(join(folder, "package.json")));
  const names = (await Array.fromAsync(Deno.readDir(folder))).map(({ name }) => name).sort();
  const name = names.find((name) => /^(?:un)?licen[cs]e(?:\.\w+)?$/i.test(name));
  if (typeof license !== "string" || name === undefined) {
    throw new ReleaseError(`Cannot find the licence of ${key} in ${folder}`);
  }
  return { id: license, text: await Deno.readTextFile(join(folder, name)) };
}
