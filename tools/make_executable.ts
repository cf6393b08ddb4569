// Makes one executable: bundles it in a temporary folder and compiles the bundle.

import { bundle } from "./bundle.ts";
import { CompileError, type CompileJob, RuntimeUnavailableError } from "./compile_job.ts";
import { denoCompile, fallbackRuntime } from "./deno_compile.ts";

/**
 * @param fallback the runtime to use; undefined: Deno's own.
 * @returns the runtime to use for the next one.
 * @throws {CompileError}
 */
export async function makeExecutable(
  job: CompileJob,
  fallback: string | undefined,
): Promise<string | undefined> {
  const folder = await Deno.makeTempDir({ prefix: "rankserver-compile-" });
  try {
    return await compileBundle(job, await bundle(job, folder), fallback);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

/** The same for a program that is bundled. @param bundled its entry point */
export async function compileBundle(
  job: CompileJob,
  bundled: string,
  fallback: string | undefined,
): Promise<string | undefined> {
  if (await denoCompile(job, bundled, fallback)) return fallback;
  if (job.target !== undefined) {
    throw new RuntimeUnavailableError(`Deno cannot download its runtime for ${job.target}`);
  }
  const denort = await fallbackRuntime();
  if (!await denoCompile(job, bundled, denort)) throw new CompileError(`Cannot compile with ${denort}`);
  return denort;
}

/** As the executable reports it: an unsuitable runtime is found here, not by the first user. @throws {CompileError} */
export async function runtimeIn(executable: string): Promise<string> {
  const { stdout, stderr } = await new Deno.Command(executable, { args: ["--version"] }).output();
  const runtime = /\(Deno (\S+)\)/.exec(new TextDecoder().decode(stdout))?.[1];
  if (runtime !== undefined) return runtime;
  await Deno.stderr.write(stderr);
  throw new CompileError(`Cannot use ${executable}: it does not start, see above`);
}
