// Runs the programs that a release is made with.

import { ReleaseError } from "./release_error.ts";

export interface RunOptions {
  readonly cwd?: string;
  readonly env?: Readonly<Record<string, string>>;
}

/** @returns its standard output. @throws {ReleaseError} if it is missing or fails, after showing its errors */
export async function runProgram(
  program: string,
  args: readonly string[],
  { cwd, env = {} }: RunOptions = {},
): Promise<string> {
  let output: Deno.CommandOutput;
  try {
    output = await new Deno.Command(program, {
      args: [...args],
      env: { ...env },
      ...(cwd === undefined ? {} : { cwd }),
      stdin: "null",
      stdout: "piped",
      stderr: "piped",
    }).output();
  } catch (cause) {
    if (!(cause instanceof Deno.errors.NotFound)) throw cause;
    throw new ReleaseError(`Cannot make a release: ${program} is not installed; install it`, { cause });
  }
  if (output.success) return new TextDecoder().decode(output.stdout);
  await Deno.stderr.write(output.stderr);
  throw new ReleaseError(`Cannot make a release: ${program} ${args[0] ?? ""} failed, see above`);
}
