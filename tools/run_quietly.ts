// Runs a program whose output matters only when it fails.

import { CompileError } from "./compile_job.ts";

const COMES_WITH = { npm: "Node", tar: "every Linux system" } as const;

/** @throws {CompileError} when the program is missing or fails, after its output has been passed on. */
export async function runQuietly(
  program: keyof typeof COMES_WITH,
  args: readonly string[],
  cwd: string,
): Promise<void> {
  const { success, stdout, stderr } = await outputOf(program, args, cwd);
  if (success) return;
  await Deno.stderr.write(stdout);
  await Deno.stderr.write(stderr);
  throw new CompileError(`Cannot compile: ${program} ${args.join(" ")} failed, see above`);
}

async function outputOf(
  program: keyof typeof COMES_WITH,
  args: readonly string[],
  cwd: string,
): Promise<Deno.CommandOutput> {
  try {
    return await new Deno.Command(program, {
      args: [...args],
      cwd,
      stdin: "null",
      stdout: "piped",
      stderr: "piped",
    }).output();
  } catch (cause) {
    if (!(cause instanceof Deno.errors.NotFound)) throw cause;
    throw new CompileError(
      `Cannot compile: ${program} is not installed; it comes with ${COMES_WITH[program]}`,
      { cause },
    );
  }
}
