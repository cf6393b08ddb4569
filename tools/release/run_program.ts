// Runs the programs that a release is made with.

import { type RunOptions, runQuietly } from "../run_quietly.ts";
import { ReleaseError } from "./release_error.ts";

/** @returns its standard output. @throws {ReleaseError} if it is missing or fails, after showing its errors */
export function runProgram(
  program: string,
  args: readonly string[],
  options: Omit<RunOptions, "fail"> = {},
): Promise<string> {
  const fail = (what: string) => new ReleaseError(`Cannot make a release: ${what}`);
  return runQuietly(program, args, { ...options, fail });
}
