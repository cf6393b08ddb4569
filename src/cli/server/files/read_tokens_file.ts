// Reads the file of tokens, at the start of a server and whenever it is to be read again.

import { ConfigError } from "../../../config/toml/mod.ts";
import { FILE_BOUNDS } from "../../../config/keys/mod.ts";
import { loadTokens, type TokenEntry } from "../../../config/mod.ts";
import { readPrivateFile, type TextReader } from "../../shared/mod.ts";

export const TOKENS_FILE = "tokens file";

/**
 * @param read for a server that has given up its right to.
 * @throws {ConfigError} when it is missing, open to others, or has anything wrong in it
 */
export async function readTokensFile(path: string, read?: TextReader): Promise<readonly TokenEntry[]> {
  const file = await readPrivateFile(path, TOKENS_FILE, FILE_BOUNDS.tokensBytes, read);
  if (file.ok) return await loadTokens({ path, text: file.text });
  const hint = file.isMissing ? { hint: "rankserver --new-token NAME makes it" } : {};
  throw new ConfigError([{ key: "auth.tokens_file", message: file.message, ...hint }]);
}
