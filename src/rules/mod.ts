// The rules of commands and leases. Pure.

export { ARGUMENT_NAME, ARGUMENT_NAME_FORM } from "./argument_name.ts";
export { type ArgumentBounds, checkArguments } from "./check_arguments.ts";
export { COMMAND_NAME, COMMAND_NAME_FORM, isCommandName } from "./command_name.ts";
export type { ArgumentKind, ArgumentRule, CommandRule } from "./command_rule.ts";
export { compilePattern } from "./compile_pattern.ts";
export { expandArgv } from "./expand_argv.ts";
export {
  giveUpAfterMs,
  goneAfterMs,
  isLeaseLongEnough,
  type LeaseTimes,
  pingEveryMs,
  shortestLeaseMs,
  termAfterMs,
} from "./lease_times.ts";
export { parseArgvTemplate } from "./parse_argv_template.ts";
export type { Program } from "./program_rule.ts";
