// Whether an executable can stay as it is: for a user who asks for it, or before the tests, which use the executable that
// is there.

import { CompileError } from "./compile_job.ts";
import type { ExecutableState, Stamp } from "./compile_stamp.ts";

export interface CompileRequest {
  /** The runtime that compiling now would ask for. */
  readonly requested: string;
  /** Then an executable is never replaced by one with another runtime. */
  readonly forTests: boolean;
}

/**
 * @param shown the executable in messages.
 * @returns the stamp of an executable that stays; undefined: it has to be made.
 * @throws {CompileError} when only the user can decide.
 */
export function keptExecutable(
  shown: string,
  state: ExecutableState,
  { requested, forTests }: CompileRequest,
): Stamp | undefined {
  const advice = "Run `deno task compile` with the runtime to be tested";
  switch (state.kind) {
    case "missing":
      return undefined;
    case "current":
      return forTests || state.stamp.requested === requested ? state.stamp : undefined;
    case "outdated":
      if (!forTests || state.stamp.requested === requested) return undefined;
      throw new CompileError(
        `Cannot test ${shown}: it is older than its sources and was compiled with ${state.stamp.requested}, ` +
          `current value is ${requested}. ${advice}`,
      );
    case "foreign":
      if (!forTests) return undefined;
      throw new CompileError(`Cannot test ${shown}: it was not made by \`deno task compile\`. ${advice}`);
  }
}
