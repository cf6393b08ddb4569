// Commands: checking them, sending them to their executors, and collecting the results.

export { AllowList } from "./allow_list.ts";
export { CommandChecker, MAY_NOT_EXECUTE } from "./check_command.ts";
export { CommandAudit } from "./command_audit.ts";
export { CommandLog } from "./command_log.ts";
export { Commands } from "./commands.ts";
export { describeCommands } from "./describe_commands.ts";
export { executeText } from "./execute_text.ts";
export { type ExecutorOutcome, outcomeOf } from "./executor_outcome.ts";
export { FanOut } from "./fan_out.ts";
export type { OtherNodes } from "./other_nodes.ts";
export { cutOutcome } from "./run_results.ts";
export { Runs } from "./runs.ts";
export { truncateToBytes } from "./truncate.ts";
