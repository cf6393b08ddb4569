// Reads the file of tokens, at the start of a server and whenever it is to be read again.

import { ConfigError } from "../config/config_error.ts";
import { loadTokens, type TokenEntry } from "../config/load_tokens.ts";
import { readPrivateFile, refuseMode } from "./private_file.ts";
import type { ReadText } from "./read_text.ts";

/** Room for as many tokens as there may be, each with a long list of commands. */
export const MAX_TOKENS_BYTES = 16 * 1024 * 1024;

const WHAT = "tokens file";

/** @throws {ConfigError} when it is missing, open to others, or has anything wrong in it */
export async function readTokensFile(path: string): Promise<readonly TokenEntry[]> {
  const read = await readPrivateFile(path, WHAT, MAX_TOKENS_BYTES);
  if (read.ok) return await loadTokens({ path, text: read.text });
  const hint = read.isMissing ? { hint: "rankserver --new-token NAME makes it" } : {};
  throw new ConfigError([{ key: "auth.tokens_file", message: read.message, ...hint }]);
}

/** The same by way of `read`, for a server that has given up its right to. @throws {ConfigError} */
export async function readTokensAgain(
  path: string,
  read: (path: string) => Promise<ReadText>,
): Promise<readonly TokenEntry[]> {
  const file = await read(path);
  if (!file.ok) {
    throw new ConfigError([{
      key: "auth.tokens_file",
      message: `Cannot read the ${WHAT} ${path}: ${file.why}`,
    }]);
  }
  const exposed = refuseMode(path, WHAT, file.mode);
  if (exposed !== undefined) throw new ConfigError([{ key: "auth.tokens_file", message: exposed.message }]);
  return await loadTokens({ path, text: file.text });
}
