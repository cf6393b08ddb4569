// Commands: checking them, sending them to their executors, and collecting the results.

export { AllowList } from "./allow_list.ts";
export { CommandChecker } from "./check_command.ts";
export { CommandAudit } from "./command_audit.ts";
export { CommandLog } from "./command_log.ts";
export { Commands } from "./commands.ts";
export { describeCommands } from "./describe_commands.ts";
export { FanOut } from "./fan_out.ts";
export { outcomeOf } from "./executor_outcome.ts";
export { Runs } from "./runs.ts";
export { truncateToBytes } from "./truncate.ts";
