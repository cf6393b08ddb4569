// What both programs need from the process: flags, files, signals, permissions, exit codes.

export { cannotListen, type ListenAdvice } from "./cannot_listen.ts";
export { checkNewFile, checkNewSocket, directoryFault, printWarnings, validText } from "./check_paths.ts";
export { dropClientRights, dropServerRights, dropWriting, revoke } from "./drop_rights.ts";
export { enterProcess, GUARD_ARGUMENT, type ProcessStart } from "./enter_process.ts";
export { CLIENT_EXIT, CLIENT_EXIT_MEANINGS, SERVER_EXIT, SERVER_EXIT_MEANINGS } from "./exit_codes.ts";
export { fullPath } from "./full_path.ts";
export { Libc } from "./libc.ts";
export { parseFlags } from "./parse_flags.ts";
export { cannotWriteOutput, printAnswer, printHelp, writeOutput } from "./print.ts";
export { exposureOf, quoted, readPrivateFile } from "./private_file.ts";
export {
  type FileText,
  type ReadConfigFile,
  readConfigFile,
  readRegularText,
  type ReadText,
  readText,
  type TextReader,
} from "./read_file.ts";
export {
  type LeaveSignals,
  listenForContinue,
  listenForLeave,
  listenForStop,
  SighupListener,
  type StopSignals,
} from "./signals.ts";
export type { HelpPage } from "./render_help.ts";
export { VERSION, versionLine } from "./version.ts";
export { FileError, StartupError } from "./startup_error.ts";
