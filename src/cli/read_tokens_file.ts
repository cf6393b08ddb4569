// Reads the file of tokens, at the start of a server and whenever it is to be read again.

import { ConfigError } from "../config/config_error.ts";
import { loadTokens, type TokenEntry } from "../config/load_tokens.ts";
import { readPrivateFile } from "./private_file.ts";

/** Room for as many tokens as there may be, each with a long list of commands. */
export const MAX_TOKENS_BYTES = 16 * 1024 * 1024;

/** @throws {ConfigError} when it is missing, open to others, or has anything wrong in it */
export async function readTokensFile(path: string): Promise<readonly TokenEntry[]> {
  const read = await readPrivateFile(path, "tokens file", MAX_TOKENS_BYTES);
  if (read.ok) return await loadTokens({ path, text: read.text });
  const hint = read.isMissing ? { hint: "rankserver --new-token NAME makes it" } : {};
  throw new ConfigError([{ key: "auth.tokens_file", message: read.message, ...hint }]);
}
