// What rankclient needs to connect besides an address: the authorities that it trusts, and its token. A token is never an
// argument, because every user of a machine can read the arguments of all programs.

import type { TlsTrust } from "../../client/connection/mod.ts";
import { FILE_BOUNDS } from "../../config/keys/mod.ts";
import { type ClientConfig, TOKEN_VARIABLE } from "../../config/mod.ts";
import { ConfigError } from "../../config/toml/mod.ts";
import { readPrivateFile, readText } from "../shared/mod.ts";

export type AccessToken =
  | { readonly ok: true; readonly token: string | undefined }
  | { readonly ok: false; readonly message: string };

/** Far longer than any token, and shorter than the longest first line that a server accepts. */
const MAX_TOKEN_LENGTH = 1_024;

/** For `--token`, which users will try. */
export const NO_TOKEN_FLAG =
  "a token is never an argument, because everybody on this machine could read it there: " +
  "put it into a file of yours (chmod 600) and give --token-file FILE, or into RANKCLIENT_TOKEN";

const CERTIFICATE = /-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g;

/** Reads the token from the environment, or from a file that holds nothing else. The flag overrides the variable. */
export async function readAccessToken(
  { tokenFile }: Pick<ClientConfig, "tokenFile">,
  flag: string | undefined,
  variable: string | undefined,
): Promise<AccessToken> {
  // The programs that this client starts must not inherit it.
  Deno.env.delete(TOKEN_VARIABLE);
  if (flag === undefined && variable) return checkToken(variable, TOKEN_VARIABLE);
  if (tokenFile === "") return { ok: true, token: undefined };
  const read = await readPrivateFile(tokenFile, "token file", FILE_BOUNDS.tokenBytes);
  return read.ok ? checkToken(read.text.trim(), tokenFile) : { ok: false, message: read.message };
}

/** @param source where the token is, for the message, which never repeats the token. */
function checkToken(token: string, source: string): AccessToken {
  if (token.length <= MAX_TOKEN_LENGTH && /^[\x21-\x7e]+$/.test(token)) return { ok: true, token };
  const message = `${source} holds no token: that is one word of letters, digits and signs, at most ` +
    `${MAX_TOKEN_LENGTH} of them`;
  return { ok: false, message };
}

/** Reads the authorities in the file of --ca. @throws {ConfigError} */
export async function readTrust({ caFile }: Pick<ClientConfig, "caFile">): Promise<TlsTrust> {
  if (caFile === "") return { caCerts: [] };
  const file = await readText(caFile, FILE_BOUNDS.caBytes);
  if (!file.ok) throw unusable(caFile, file.reason);
  // Only the certificates: anything else in the file, such as a key, is dropped here.
  const caCerts = file.text.match(CERTIFICATE) ?? [];
  if (caCerts.length === 0) {
    const encoding = file.fault === undefined ? "" : `; it ${file.fault.reason}`;
    throw unusable(caFile, `there is no certificate in PEM form in it${encoding}`);
  }
  // Loaded here, because it would delay every start.
  const { X509Certificate } = await import("node:crypto");
  for (const pem of caCerts) {
    try {
      new X509Certificate(pem);
    } catch (error) {
      throw unusable(caFile, `a certificate in it cannot be read (${(error as Error).message})`);
    }
  }
  return { caCerts };
}

function unusable(path: string, reason: string): ConfigError {
  const message = `Cannot use ${path} as authorities to trust (--ca): ${reason}`;
  return new ConfigError([{ key: "ca_file", message }]);
}
