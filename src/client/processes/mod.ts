// Process groups, and what a program left behind.

export { killLeftBehind, type LeftBehindParts } from "./kill_left_behind.ts";
export {
  type DeadProcesses,
  GroupSignals,
  ProcessGroup,
  type ProgramStart,
  type StopTimes,
  WAITED_FOR,
} from "./process_group.ts";
export { DENO_SIGNALS, type SignalSystem } from "./signal_system.ts";
export { type ChildStatus, endOf } from "./program_end.ts";
