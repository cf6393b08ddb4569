// The guard: a process of its own that stops the program when the lease runs out.

export { Guard } from "./guard.ts";
export { GuardKeeper } from "./guard_keeper.ts";
export {
  encodeMessage,
  type GuardEnd,
  type GuardOrder,
  type GuardReport,
  type GuardStart,
  parseOrder,
  type TimeLeft,
} from "./guard_messages.ts";
export {
  type GuardChild,
  type GuardedRun,
  type GuardHandle,
  type GuardListener,
  GuardProcess,
  type RunEnd,
} from "./guard_process.ts";
export { type GuardCommand, REPORT_DESCRIPTOR, spawnGuard } from "./spawn_guard.ts";
