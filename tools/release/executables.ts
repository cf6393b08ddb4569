// Makes the executables of a release: each program is bundled once, and compiled for each target.

import { join } from "node:path";
import { bundle } from "../bundle.ts";
import { type CompileJob, RuntimeUnavailableError } from "../compile_job.ts";
import { compileBundle } from "../make_executable.ts";
import { jobFor, PROGRAM_NAMES, type ProgramName } from "../programs.ts";
import type { Target } from "./targets.ts";

/** A target without executables. */
export interface LeftOut {
  readonly target: Target;
  readonly reason: string;
}

/** @returns the targets for which there was no runtime. @throws {CompileError} */
export async function makeExecutables(targets: readonly Target[], folder: string): Promise<LeftOut[]> {
  const leftOut: LeftOut[] = [];
  for (const name of PROGRAM_NAMES) {
    const sources = await Deno.makeTempDir({ prefix: "rankserver-compile-" });
    try {
      const bundled = await bundle(jobFor(name), sources);
      for (const target of targets) {
        if (leftOut.some((other) => other.target === target)) continue;
        const reason = await compileFor(target, targetJob(name, target, folder), bundled);
        if (reason !== undefined) leftOut.push({ target, reason });
      }
    } finally {
      await Deno.remove(sources, { recursive: true });
    }
  }
  return leftOut;
}

/** The paths of the executables of one target. */
export function executablesOf(target: Target, folder: string): string[] {
  return PROGRAM_NAMES.map((name) => targetJob(name, target, folder).output);
}

function targetJob(
  name: ProgramName,
  { name: directory, triple, ending }: Target,
  folder: string,
): CompileJob {
  const job = jobFor(name, join(folder, directory));
  const target = triple === Deno.build.target ? undefined : triple;
  return { ...job, output: job.output.replace(/(\.exe)?$/, ending), target };
}

/** @returns why there is no executable; undefined: there is one */
async function compileFor(target: Target, job: CompileJob, bundled: string): Promise<string | undefined> {
  console.log(`Compiling ${job.output.split("/").at(-1)} for ${target.name}`);
  try {
    await compileBundle(job, bundled, undefined);
    return undefined;
  } catch (error) {
    if (error instanceof RuntimeUnavailableError) return error.message;
    throw error;
  }
}
