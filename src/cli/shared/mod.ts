// What both programs need of the process: flags, files, signals, permissions, exit codes.

export { after } from "./after.ts";
export { dropClientRights, dropServerRights, dropWriting, revoke } from "./drop_rights.ts";
export { enterProcess, type ProcessStart } from "./enter_process.ts";
export { CLIENT_EXIT, CLIENT_EXIT_MEANINGS, SERVER_EXIT, SERVER_EXIT_MEANINGS } from "./exit_codes.ts";
export { type LeaveSignals, listenForLeave } from "./leave_signals.ts";
export type { Libc } from "./libc.ts";
export { parseFlags } from "./parse_flags.ts";
export { exposureOf, quoted, readPrivateFile } from "./private_file.ts";
export { readConfigFile } from "./read_config_file.ts";
export { readRegularText, type ReadText, readText, type TextReader } from "./read_text.ts";
export { listenForStop } from "./stop_signals.ts";
export { VERSION, versionLine } from "./version.ts";
export { GUARD_ARGUMENT } from "./guard_argument.ts";
export { StartupError } from "./startup_error.ts";
