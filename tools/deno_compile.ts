// Runs `deno compile` with the runtime that Deno downloads, has in its cache or is given, or else with the one from npm.

import { compileCall, CompileError, type CompileJob, RuntimeUnavailableError } from "./compile_job.ts";
import { DENORT_VERSION, denortFromNpm } from "./denort_from_npm.ts";

/** Deno's `compile` as of this version writes what that runtime reads. */
const FITTING_DENO = "2.9.";

/**
 * Whether the executable was made; false when Deno cannot download its runtime.
 *
 * @param denort the path of a runtime; undefined leaves the choice to Deno.
 * @throws {CompileError} for every other failure, after Deno's own output has been passed on.
 */
export async function denoCompile(job: CompileJob, bundled: string, denort?: string): Promise<boolean> {
  const { args, cwd } = compileCall(job, bundled);
  const command = new Deno.Command(Deno.execPath(), {
    args,
    cwd,
    env: denort === undefined ? {} : { DENORT_BIN: denort },
    stdin: "null",
    stdout: "null",
    stderr: "piped",
  });
  const { success, stderr } = await command.output();
  if (success) return true;
  if (isRuntimeOutOfReach(new TextDecoder().decode(stderr))) return false;
  await Deno.stderr.write(stderr);
  throw new CompileError(`Cannot compile ${job.output}: deno compile failed, see above`);
}

/**
 * Whether `deno compile` failed because it could not download its runtime. It has no exit code of its own for that, so
 * the output decides; a version that words it differently fails with that output, and nothing else is tried.
 */
export function isRuntimeOutOfReach(output: string): boolean {
  return /Setting up base binary\.\s+\d+: error sending request for url/.test(output);
}

/**
 * Reports the fallback and returns the path of its runtime.
 *
 * @throws {RuntimeUnavailableError} where it cannot be used or fetched.
 */
export async function fallbackRuntime(): Promise<string> {
  const reason = "Deno cannot download its own runtime";
  const isFitting = Deno.version.deno.startsWith(FITTING_DENO);
  if (Deno.build.target !== "x86_64-unknown-linux-gnu" || !isFitting) {
    throw new RuntimeUnavailableError(
      `Cannot compile: ${reason}, and the runtime from npm is for Deno ${FITTING_DENO}x on x86-64 Linux with glibc, ` +
        `current value is Deno ${Deno.version.deno} on ${Deno.build.target}. ` +
        `Set DENORT_BIN to a denort of Deno ${Deno.version.deno}`,
    );
  }
  console.error(`${reason}: falling back to ${DENORT_VERSION} from npm (releases use Deno's own)`);
  return await denortFromNpm();
}
