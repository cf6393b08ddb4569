// Compiles where the host of Deno's runtime is out of reach: with an older runtime that the npm registry has
// inside a package, and the version of Deno that writes the format of that runtime. For trying and testing.

import { CannotCompile, compileCall, type CompileJob } from "./compile_job.ts";
import { denortFromNpm } from "./denort_from_npm.ts";
import { runQuietly } from "./run_quietly.ts";

export const OLDER_RUNTIME = "2.6.10";

/** The last version of Deno whose `compile` fits that runtime. */
const COMPILER = "deno@2.7.14";

const NOTE =
  `The host of Deno's own runtime is out of reach, so this takes the older runtime ${OLDER_RUNTIME} from npm.
Such an executable is for trying and testing only, on x86-64 Linux: in that runtime a connection that is closed
while a write is pending, or within a TLS handshake, keeps its descriptor until its other end reads or leaves.
Releases take Deno's own runtime.`;

/**
 * Say aloud what comes now; to be called once, before the first executable that is made so.
 *
 * @throws {CannotCompile} on a machine that the older runtime is not for.
 */
export function announceOlderRuntime(): void {
  if (Deno.build.target !== "x86_64-unknown-linux-gnu") {
    throw new CannotCompile(
      "Cannot compile: the host of Deno's runtime is out of reach, and the older runtime that npm has is for " +
        `x86-64 Linux alone, current value is ${Deno.build.target}. ` +
        `Set DENORT_BIN to a denort of Deno ${Deno.version.deno}.`,
    );
  }
  console.error(NOTE);
}

/** @throws {CannotCompile} when npm or the older version of Deno fails. */
export async function compileWithOlderRuntime(job: CompileJob, bundled: string): Promise<void> {
  const denort = await denortFromNpm();
  const { args, cwd } = compileCall(job, bundled);
  await runQuietly("npx", ["-y", COMPILER, ...args], { cwd, env: { DENORT_BIN: denort } });
}
