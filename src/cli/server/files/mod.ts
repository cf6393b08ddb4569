// The files that a server reads: opened before its permissions are dropped, read again on each reload.

export { exposure } from "./exposure.ts";
export { startOwnFiles } from "./own_files.ts";
export { readTokensFile, TOKENS_FILE } from "./read_tokens_file.ts";
