// The server's own files: the tokens file, and the worker that keeps the right to read all of them.

export { newSecret } from "./new_secret.ts";
export { type OwnFiles, startOwnFiles } from "./own_files.ts";
export { readTokensFile } from "./tokens_file.ts";
