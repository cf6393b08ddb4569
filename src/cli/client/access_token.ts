// The token that lets rankclient in, out of the environment or a file. Never out of an argument: every user of a machine
// can read the arguments of all programs.

import { FILE_BOUNDS } from "../../config/keys/mod.ts";
import { readPrivateFile } from "../shared/mod.ts";

export type AccessToken =
  | { readonly ok: true; readonly token: string | undefined }
  | { readonly ok: false; readonly message: string };

/** Far more than any token; a server takes no longer first line anyway. */
const MAX_TOKEN_LENGTH = 1_024;

/** For `--token`, which people will try. */
export const NO_TOKEN_FLAG =
  "a token is never an argument, because everybody on this machine could read it there: " +
  "put it into a file of yours (chmod 600) and give --token-file FILE, or into RANKCLIENT_TOKEN";

/** Reads a file that holds a token and nothing else. */
export async function readTokenFile(path: string): Promise<AccessToken> {
  const read = await readPrivateFile(path, "token file", FILE_BOUNDS.tokenBytes);
  return read.ok ? checkToken(read.text.trim(), path) : { ok: false, message: read.message };
}

/** @param source where it stands, for the message, which never repeats the token. */
export function checkToken(token: string, source: string): AccessToken {
  if (token.length <= MAX_TOKEN_LENGTH && /^[\x21-\x7e]+$/.test(token)) return { ok: true, token };
  const message = `${source} holds no token: that is one word of letters, digits and signs, at most ` +
    `${MAX_TOKEN_LENGTH} of them`;
  return { ok: false, message };
}
