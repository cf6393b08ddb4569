// Runs a program of Node's, npm or npx, whose words matter only when it fails.

import { CannotCompile } from "./compile_job.ts";

/** @throws {CannotCompile} when the program is missing or fails, after its words have been passed on. */
export async function runQuietly(
  program: "npm" | "npx",
  args: readonly string[],
  options: { cwd: string; env?: Record<string, string> },
): Promise<void> {
  const command = new Deno.Command(program, {
    args: [...args],
    ...options,
    stdin: "null",
    stdout: "piped",
    stderr: "piped",
  });
  const { success, stdout, stderr } = await outputOf(command, program);
  if (success) return;
  await Deno.stderr.write(stdout);
  await Deno.stderr.write(stderr);
  throw new CannotCompile(`Cannot go on: ${program} ${args.join(" ")} failed, see above.`);
}

async function outputOf(command: Deno.Command, program: string): Promise<Deno.CommandOutput> {
  try {
    return await command.output();
  } catch (cause) {
    if (!(cause instanceof Deno.errors.NotFound)) throw cause;
    throw new CannotCompile(`Cannot start ${program}: it comes with Node, which is not installed.`, {
      cause,
    });
  }
}
