// What there is to say to `deno compile`, whichever of its versions is asked.

/** One executable to be made. */
export interface CompileJob {
  /** The folder of main.ts, deno.json and deno.lock. */
  root: string;
  /** The executable: an absolute path. */
  output: string;
  permissions: readonly string[];
  /** For the engine, compiled in; absent: none. */
  v8Flags?: readonly string[];
  /** Modules that nothing imports, from `root`: those of workers. */
  include?: readonly string[];
  /** Stand before the arguments that the user of the executable gives. */
  firstArguments: readonly string[];
}

/** The words after `deno`. Without `--node-modules-dir=none`, a node_modules folder nearby would be embedded. */
export function compileArguments(job: CompileJob, options: readonly string[]): string[] {
  return [
    "compile",
    "--no-prompt",
    "--node-modules-dir=none",
    ...job.permissions,
    ...(job.v8Flags?.length ? [`--v8-flags=${job.v8Flags.join(",")}`] : []),
    ...(job.include ?? []).map((path) => `--include=${path}`),
    ...options,
    `--output=${job.output}`,
    "main.ts",
    ...job.firstArguments,
  ];
}

/** A refusal that the reader of the terminal can act on: its message stands alone. */
export class CannotCompile extends Error {
  override name = "CannotCompile";
}
