// Compiles as Deno does: with the runtime that it downloads, has in its cache, or is given by DENORT_BIN.

import { CannotCompile, compileCall, type CompileJob } from "./compile_job.ts";

/**
 * Whether the executable was made; false when the host of the runtime is out of reach.
 *
 * @throws {CannotCompile} for every other failure, after Deno's own words about it have been passed on.
 */
export async function compileWithDenoRuntime(job: CompileJob, bundled: string): Promise<boolean> {
  const command = new Deno.Command(Deno.execPath(), {
    ...compileCall(job, bundled),
    stdin: "null",
    stdout: "inherit",
    stderr: "piped",
  });
  const { success, stderr } = await command.output();
  const said = new TextDecoder().decode(stderr);
  if (!success && isRuntimeOutOfReach(said)) return false;

  await Deno.stderr.write(stderr);
  if (!success) throw new CannotCompile(`Cannot compile ${job.output}: deno compile failed, see above.`);
  return true;
}

/**
 * Whether `deno compile` failed because it could not fetch its runtime. It has no exit code of its own for that,
 * so its words must do; a version that puts it differently fails with those words and without the older runtime.
 */
export function isRuntimeOutOfReach(said: string): boolean {
  return /Setting up base binary\.\s+\d+: error sending request for url/.test(said);
}
