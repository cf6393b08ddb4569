// Commands: checked, delivered to the executors, their results gathered.

export { AllowList } from "./allow_list.ts";
export { CommandChecker } from "./check_command.ts";
export { Commands } from "./commands.ts";
export { FanOut } from "./fan_out.ts";
export { outcomeOf } from "./executor_outcome.ts";
export { Runs } from "./runs.ts";
