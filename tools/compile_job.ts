// The description of one executable, and the call of `deno compile` for it.

import { basename, dirname } from "node:path";

/** One executable to be made. */
export interface CompileJob {
  /** The folder of deno.json and deno.lock. */
  root: string;
  /** The program's first module, from the root. */
  entry: string;
  /** First modules of workers, from the root; absent: none. */
  workers?: readonly string[] | undefined;
  /** The executable: an absolute path. */
  output: string;
  permissions: readonly string[];
  /** For the engine, compiled in; absent: none. */
  v8Flags?: readonly string[] | undefined;
  /** The machine it is for, such as "aarch64-apple-darwin"; absent: this one. */
  target?: string | undefined;
}

/** The arguments and the folder of `deno compile`. */
export interface CompileCall {
  /** The words after `deno`. */
  readonly args: string[];
  /** The folder of the bundle: only its files are embedded. */
  readonly cwd: string;
}

/** @param bundled the entry point of the bundle, whose types were checked. */
export function compileCall(job: CompileJob, bundled: string): CompileCall {
  const args = [
    "compile",
    "--no-prompt",
    "--no-check",
    // With a code cache, an executable would load bytecode from a fixed name in the temporary directory, whatever its owner.
    "--no-code-cache",
    ...job.permissions,
    ...(job.v8Flags?.length ? [`--v8-flags=${job.v8Flags.join(",")}`] : []),
    ...(job.target === undefined ? [] : [`--target=${job.target}`]),
    ...(job.workers ?? []).map((worker) => `--include=${basename(worker)}`),
    `--output=${job.output}`,
    basename(bundled),
  ];
  return { args, cwd: dirname(bundled) };
}

/** A failure that the user can fix: its message is shown without a stack trace. */
export class CompileError extends Error {
  override name = "CompileError";
}

/** No runtime for executables is available on this machine. */
export class RuntimeUnavailableError extends CompileError {
  override name = "RuntimeUnavailableError";
}
