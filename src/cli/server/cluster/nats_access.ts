// What the server needs to connect to NATS besides addresses: its login, and the authorities that it trusts. Errors name the
// file and never repeat what is secret in it.

import { type ClusterSettings, FILE_BOUNDS } from "../../../config/keys/mod.ts";
import type { LinkOptions, Login } from "../../../journal/engines/nats/mod.ts";
import { FileError, readPrivateFile, readText } from "../../shared/mod.ts";
import { isUserSeed } from "./nkey_seed.ts";

export type NatsAccess = Pick<LinkOptions, "login" | "tls">;

const CERTIFICATE = /-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g;

/** @throws {FileError} */
export async function readNatsAccess(cluster: ClusterSettings): Promise<NatsAccess> {
  return { login: await readLogin(cluster), tls: await readAuthorities(cluster) };
}

async function readLogin(
  { user, password, passwordFile, nkeyFile }: ClusterSettings,
): Promise<Login | undefined> {
  if (nkeyFile !== "") return { nkeySeed: new TextEncoder().encode(await readSeed(nkeyFile)) };
  if (user === "") return undefined;
  return { user, password: passwordFile === "" ? password : await readPassword(passwordFile) };
}

/** As `nk -gen user` prints it. The file may have more lines, such as the public key. */
async function readSeed(path: string): Promise<string> {
  const lines = (await readSecret(path, "nkey file")).split("\n").map((line) => line.trim());
  const seed = lines.find(isUserSeed);
  if (seed !== undefined) return seed;
  throw new FileError(`Cannot use the nkey file ${path}: it contains no complete seed of a user ("SU...")`);
}

async function readPassword(path: string): Promise<string> {
  const password = (await readSecret(path, "password file")).replace(/\r?\n$/, "");
  if (/^\P{Cc}+$/u.test(password)) return password;
  throw new FileError(
    `Cannot use the password file ${path}: it must contain one line, without control characters`,
  );
}

async function readSecret(path: string, what: string): Promise<string> {
  const file = await readPrivateFile(path, what, FILE_BOUNDS.secretBytes, readText);
  if (!file.ok) throw new FileError(file.message);
  return file.text;
}

async function readAuthorities({ caFile }: ClusterSettings): Promise<NatsAccess["tls"]> {
  if (caFile === "") return undefined;
  const file = await readText(caFile, FILE_BOUNDS.caBytes);
  if (!file.ok) throw unusable(caFile, file.reason);
  // Only the certificates: anything else in the file, such as a key, is dropped here.
  const caCerts = [...file.text.matchAll(CERTIFICATE)].map(([pem]) => pem);
  if (caCerts.length === 0) {
    const encoding = file.fault === undefined ? "" : `; it ${file.fault.reason}`;
    throw unusable(caFile, `it contains no certificate in PEM format${encoding}`);
  }
  try {
    Deno.createHttpClient({ caCerts }).close();
  } catch (error) {
    throw unusable(caFile, (error as Error).message);
  }
  return { caCerts };
}

function unusable(path: string, reason: string): FileError {
  return new FileError(`Cannot use ${path} as the authorities of NATS ([cluster] ca_file): ${reason}`);
}
