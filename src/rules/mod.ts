// The rules of commands, programs and leases. Pure.

export { expandArgv } from "./argv_template.ts";
export { type ArgumentBounds, checkArguments } from "./check_arguments.ts";
export type { ArgumentKind, ArgumentRule, CommandRule } from "./command_rule.ts";
export { compilePattern } from "./compile_pattern.ts";
export {
  giveUpAfterMs,
  goneAfterMs,
  isLeaseLongEnough,
  type LeaseTimes,
  pingEveryMs,
  shortestLeaseMs,
  termAfterMs,
} from "./lease_times.ts";
export {
  ARGUMENT_NAME,
  ARGUMENT_NAME_FORM,
  COMMAND_NAME,
  COMMAND_NAME_FORM,
  isCommandName,
  MAX_NAME_BYTES,
  normalizeName,
} from "./command_names.ts";
export { parseArgvTemplate } from "./parse_argv_template.ts";
export type { Program } from "./program_rule.ts";
export { suspiciousBraces } from "./suspicious_braces.ts";
