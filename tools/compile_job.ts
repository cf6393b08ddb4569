// What `deno compile` is told about one executable.

import { basename, dirname } from "node:path";

/** One executable to be made. */
export interface CompileJob {
  /** The folder of deno.json and deno.lock. */
  root: string;
  /** The program's first module, from the root. */
  entry: string;
  /** First modules of workers, from the root, in the folder of `entry` or of what starts them; absent: none. */
  workers?: readonly string[];
  /** The executable: an absolute path. */
  output: string;
  permissions: readonly string[];
  /** For the engine, compiled in; absent: none. */
  v8Flags?: readonly string[];
}

/** What `deno compile` is started with. */
export interface CompileCall {
  /** The words after `deno`. */
  readonly args: string[];
  /** The bundle's own folder: what lies there and nothing else is embedded. */
  readonly cwd: string;
}

/** @param bundled the bundle's first file, whose types have been checked. */
export function compileCall(job: CompileJob, bundled: string): CompileCall {
  const args = [
    "compile",
    "--no-prompt",
    "--no-check",
    // With a code cache, an executable would load bytecode from a fixed name in the temporary directory, whoever owns it.
    "--no-code-cache",
    ...job.permissions,
    ...(job.v8Flags?.length ? [`--v8-flags=${job.v8Flags.join(",")}`] : []),
    ...(job.workers ?? []).map((worker) => `--include=${basename(worker)}`),
    `--output=${job.output}`,
    basename(bundled),
  ];
  return { args, cwd: dirname(bundled) };
}

/** A failure that the user can act on: its message is shown without a stack trace. */
export class CompileError extends Error {
  override name = "CompileError";
}

/** No runtime for executables can be had on this machine. */
export class RuntimeUnavailableError extends CompileError {
  override name = "RuntimeUnavailableError";
}
