// What a release is made of: the version, the commit and its files.

import { join } from "node:path";
import { runProgram } from "./run_program.ts";

export interface WorkTree {
  readonly version: string;
  /** Of the commit, in seconds: the time of everything in the release. */
  readonly epoch: number;
  /** One line of `git status` for each file that differs from the commit. */
  readonly changes: readonly string[];
}

/** @param root the directory of deno.json */
export async function readWorkTree(root: string): Promise<WorkTree> {
  const { version } = JSON.parse(await Deno.readTextFile(join(root, "deno.json")));
  const epoch = Number(await runProgram("git", ["log", "-1", "--format=%ct"], { cwd: root }));
  const changes = (await runProgram("git", ["status", "--porcelain"], { cwd: root })).split("\n");
  return { version, epoch, changes: changes.filter((line) => line !== "") };
}

/** A file that git knows. */
export interface ProjectFile {
  /** From the root, with slashes. */
  readonly path: string;
  readonly isExecutable: boolean;
}

/** In the order of their paths. */
export async function listProjectFiles(root: string, directory: string): Promise<ProjectFile[]> {
  const listing = await runProgram("git", ["ls-files", "--stage", "-z", "--", directory], { cwd: root });
  // Each is "MODE HASH STAGE\tPATH".
  return listing.split("\0").filter((entry) => entry !== "").map((entry) => ({
    path: entry.slice(entry.indexOf("\t") + 1),
    isExecutable: entry.startsWith("100755"),
  }));
}
