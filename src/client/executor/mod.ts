// Carries out the commands that a client receives.

export type { CommandRunner, StartCommand, StopSignal } from "./command_runner.ts";
export { Executor } from "./executor.ts";
export type { Outcome, StopReason } from "./outcome.ts";
export { ProgramRunner } from "./program_runner.ts";
