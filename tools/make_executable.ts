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
    const bundled = await bundle(job, folder);
    if (await denoCompile(job, bundled, fallback)) return fallback;
    if (job.target !== undefined) {
      throw new RuntimeUnavailableError(`Cannot download Deno's runtime for ${job.target}`);
    }
    const denort = await fallbackRuntime();
    if (!await denoCompile(job, bundled, denort)) throw new CompileError(`Cannot compile with ${denort}`);
    return denort;
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}
