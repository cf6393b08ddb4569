// What an executor is willing to start for one command. Pure data, frozen once read; the command's name is the key
// under which the executor's own file lists it, and no other program is ever started.

import type { ArgumentRule } from "./command_rule.ts";
import type { ArgvTemplate } from "./argv_template.ts";

export interface Program {
  readonly name: string;
  readonly argv: ArgvTemplate;
  /** `undefined`: any arguments, as long as the template uses each of them. */
  readonly args: readonly ArgumentRule[] | undefined;
  /** `undefined`: the executor's own working directory. */
  readonly cwd: string | undefined;
  /** After this many ms the program is stopped and the run has timed out. */
  readonly timeoutMs: number;
  /** What stands on its standard input: nothing, or one line of JSON about the command. */
  readonly stdin: "none" | "json";
}
