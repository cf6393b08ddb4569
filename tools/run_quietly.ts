// Runs a program of which only the result matters: its output is shown when it fails.

import { CompileError } from "./compile_job.ts";

/** @returns standard output @throws {CompileError} if the program is missing or fails, after showing its errors */
export async function runQuietly(
  program: string,
  args: readonly string[],
  { cwd }: { readonly cwd: string },
): Promise<string> {
  const command = new Deno.Command(program, { args: [...args], cwd, stdin: "null" });
  const { success, stdout, stderr } = await command.output().catch((error) => {
    throw new CompileError(`Cannot start ${program}: ${error.message}`);
  });
  if (success) return new TextDecoder().decode(stdout);
  await Deno.stderr.write(stderr);
  throw new CompileError(`Cannot go on: ${program} ${args[0]} failed, see above`);
}
