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
  "A token cannot be an argument, because every user of this machine can read arguments: " +
  "store it in a file (chmod 600) and use --token-file FILE, or set RANKCLIENT_TOKEN";

/** From the beginning of a certificate to that of the next one. */
const BLOCK = /-----BEGIN CERTIFICATE-----[^]*?(?=-----BEGIN CERTIFICATE-----|$(?![^]))/g;
const CERTIFICATE = /-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/;

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
  const message = `${source} does not contain a token, which is one word of at most ` +
    `${MAX_TOKEN_LENGTH} letters, digits and signs`;
  return { ok: false, message };
}

/** The authorities of a file, and what is wrong with some of them. */
export interface ReadTrust {
  readonly trust: TlsTrust;
  readonly warnings: readonly string[];
}

/** Reads the authorities in the file of --ca: those that can be used, unless there are none. @throws {ConfigError} */
export async function readTrust({ caFile }: Pick<ClientConfig, "caFile">): Promise<ReadTrust> {
  if (caFile === "") return { trust: { caCerts: [] }, warnings: [] };
  const file = await readText(caFile, FILE_BOUNDS.caBytes);
  if (!file.ok) throw unusable(caFile, file.reason);
  const blocks = [...file.text.matchAll(BLOCK)];
  if (blocks.length === 0) {
    const encoding = file.fault === undefined ? "" : `; it ${file.fault.reason}`;
    throw unusable(caFile, `it contains no certificate in PEM format${encoding}`);
  }
  const caCerts: string[] = [];
  const broken: string[] = [];
  for (const [number, { 0: block, index }] of blocks.entries()) {
    // Only the certificate: anything else in the file, such as a key, is dropped here.
    const pem = CERTIFICATE.exec(block)?.[0];
    const fault = pem === undefined ? "its end is missing" : faultOf(pem);
    if (pem !== undefined && fault === undefined) caCerts.push(pem);
    else {
      const line = file.text.slice(0, index).split("\n").length;
      broken.push(
        `certificate ${number + 1} of ${blocks.length}, on line ${line}, cannot be used (${fault})`,
      );
    }
  }
  if (caCerts.length === 0) throw unusable(caFile, broken[0]!);
  return { trust: { caCerts }, warnings: broken.map((text) => `${caFile}: ${text} and is ignored`) };
}

/** One certificate that the runtime cannot use would make it refuse all; `undefined` for one that it can. */
function faultOf(pem: string): string | undefined {
  try {
    Deno.createHttpClient({ caCerts: [pem] }).close();
    return undefined;
  } catch (error) {
    return (error as Error).message;
  }
}

function unusable(path: string, reason: string): ConfigError {
  const message = `Cannot use ${path} as trusted authorities (--ca): ${reason}`;
  return new ConfigError([{ key: "ca_file", message }]);
}
