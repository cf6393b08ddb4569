// Process groups, and finding the processes that a program left behind.

export { type DeadProcesses, GroupSignals, type StopTimes, WAITED_FOR } from "./group_signals.ts";
export { killLeftBehind } from "./kill_left_behind.ts";
export { ProcessGroup, type ProgramStart } from "./process_group.ts";
