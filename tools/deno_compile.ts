// Runs `deno compile` with Deno's own runtime, downloaded, cached or given, or else with the one from npm.

import { compileCall, CompileError, type CompileJob, RuntimeUnavailableError } from "./compile_job.ts";
import { DENORT_VERSION, denortFromNpm } from "./denort_from_npm.ts";

/** `deno compile` of this version writes the format that the runtime from npm reads. */
const FITTING_DENO = "2.9.";

/**
 * Whether the executable was made; false if Deno cannot download its runtime. DENORT_BIN is for this machine, and is
 * ignored for another target.
 *
 * @param denort the path of a runtime; undefined: Deno's own.
 * @throws {CompileError} for any other failure, after showing Deno's output.
 */
export async function denoCompile(job: CompileJob, bundled: string, denort?: string): Promise<boolean> {
  const { args, cwd } = compileCall(job, bundled);
  const command = new Deno.Command(Deno.execPath(), {
    args,
    cwd,
    clearEnv: true,
    env: environment(job, denort),
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

function environment({ target }: CompileJob, denort: string | undefined): Record<string, string> {
  const env = Deno.env.toObject();
  if (target !== undefined) delete env["DENORT_BIN"];
  return denort === undefined ? env : { ...env, DENORT_BIN: denort };
}

/**
 * Whether `deno compile` failed because it could not download its runtime. There is no exit code for that, only its
 * output; a version with another wording fails with that output, and no other runtime is tried.
 */
export function isRuntimeOutOfReach(output: string): boolean {
  return /Setting up base binary\.\s+\d+: error sending request for url/.test(output);
}

/**
 * Reports the fallback, and returns the path of the runtime.
 *
 * @throws {RuntimeUnavailableError} if it cannot be used or fetched.
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
