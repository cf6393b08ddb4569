// The executables that `deno task compile` made: never made here, so that what is tested is what was asked for.

import { relative } from "node:path";
import type { CompileJob } from "../../../tools/compile_job.ts";
import { stateOf } from "../../../tools/compile_stamp.ts";
import { jobFor, type ProgramName } from "../../../tools/programs.ts";
import type { Program } from "./start_process.ts";

export const SERVER: Program = [jobFor("server").output];
export const CLIENT: Program = [jobFor("client").output];

/** Defines a test; `ignore` for what else may be missing. */
export type DefineTest = (name: string, fn: () => Promise<void>, ignore?: boolean) => void;

/** For the tests of a file that needs these executables. @throws {Error} as {@linkcode isMissing} */
export async function testsOf(...names: readonly ProgramName[]): Promise<DefineTest> {
  const missing = await Promise.all(names.map((name) => isMissing(name)));
  return (name, fn, ignore = false) => Deno.test({ name, ignore: missing.includes(true) || ignore, fn });
}

/** For `ignore` of a test. @throws {Error} as {@linkcode isOutputMissing} */
export function isMissing(name: ProgramName): Promise<boolean> {
  return isOutputMissing(jobFor(name));
}

/**
 * Reports a missing executable.
 *
 * @throws {Error} for one that is not made of these sources: testing it would prove nothing.
 */
export async function isOutputMissing(job: CompileJob): Promise<boolean> {
  const shown = relative(job.root, job.output);
  const { kind } = await stateOf(job);
  switch (kind) {
    case "current":
      return false;
    case "missing":
      console.log(`${shown} is missing (\`deno task compile\` makes it): its tests are ignored`);
      return true;
    case "outdated":
      throw new Error(`${shown} is older than its sources: run \`deno task compile\``);
    case "foreign":
      throw new Error(`${shown} was not made by \`deno task compile\`: run it, or remove ${shown}`);
  }
}
