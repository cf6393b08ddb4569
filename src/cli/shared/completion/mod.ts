// Scripts that complete the command lines of both programs in bash, zsh, fish and PowerShell. Loaded late.

export {
  type CompletedCommand,
  completedFlags,
  type CompletedProgram,
  shortHelp,
} from "./completed_program.ts";
export { COMPLETION_COMMAND, completionCommand, completionScript } from "./completion_command.ts";
export { type Shell, SHELLS } from "./shells.ts";
