// The program that an executor starts for a command, as listed in the executor's own file; no other program is ever started.
// Pure data, frozen once read.

import type { ArgumentRule } from "./command_rule.ts";
import type { ArgvTemplate } from "./argv_template.ts";

export interface Program {
  readonly name: string;
  readonly argv: ArgvTemplate;
  /** `undefined`: any arguments that the template uses. */
  readonly args: readonly ArgumentRule[] | undefined;
  /** `undefined`: the executor's own working directory. */
  readonly cwd: string | undefined;
  /** After this many ms, the program is stopped and the run has timed out. */
  readonly timeoutMs: number;
  /** Its standard input: empty, or one line of JSON about the command. */
  readonly stdin: "none" | "json";
}
