// Runs a program of which only the result matters: its errors are shown when it fails.

import { CompileError } from "./compile_job.ts";

export interface RunOptions {
  readonly cwd?: string | undefined;
  readonly env?: Readonly<Record<string, string>>;
  /** The error for what went wrong. */
  readonly fail?: (what: string) => Error;
}

/**
 * @returns standard output
 * @throws {CompileError} or what `fail` returns, if the program is missing or fails, after showing its errors
 */
export async function runQuietly(
  program: string,
  args: readonly string[],
  { cwd, env = {}, fail = (what) => new CompileError(`Cannot go on: ${what}`) }: RunOptions,
): Promise<string> {
  const command = new Deno.Command(program, {
    args: [...args],
    env: { ...env },
    ...cwd === undefined ? {} : { cwd },
    stdin: "null",
  });
  const { success, stdout, stderr } = await command.output().catch((error) => {
    throw error instanceof Deno.errors.NotFound ? fail(`${program} is not installed; install it`) : error;
  });
  if (success) return new TextDecoder().decode(stdout);
  await Deno.stderr.write(stderr);
  throw fail(`${program} ${args[0] ?? ""} failed, see above`);
}
