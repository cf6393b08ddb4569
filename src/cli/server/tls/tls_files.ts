// The server's certificate and its key: read, and refused with a sentence that names the file and what to do. Whether
// the two belong together is found out by whoever listens with them.

import { X509Certificate } from "node:crypto";
import { FILE_BOUNDS, type TlsFiles } from "../../../config/keys/mod.ts";
import type { TlsPair } from "../../../tls/mod.ts";
import { exposureOf, type TextReader } from "../../shared/mod.ts";

/** What is wrong with the certificate or the key: one sentence for the operator. */
export class TlsFilesError extends Error {
  override readonly name = "TlsFilesError";
}

/**
 * @param now in ms since 1970.
 * @throws {TlsFilesError}
 */
export async function readTlsFiles(
  { certFile, keyFile }: TlsFiles,
  read: TextReader,
  now: number,
): Promise<TlsPair> {
  const cert = await read(certFile, FILE_BOUNDS.pemBytes);
  if (!cert.ok) throw certError(certFile, cert.why);
  checkCertificate(certFile, cert.text, now);
  const key = await read(keyFile, FILE_BOUNDS.pemBytes);
  if (!key.ok) throw keyError(keyFile, key.why);
  checkKey(keyFile, key.text);
  const exposure = exposureOf(keyFile, key);
  if (exposure !== undefined) throw keyError(keyFile, exposure);
  return { cert: cert.text, key: key.text };
}

/** What to say when the runtime does not take the two: it tells a pair that does not match in words alone. */
export function unfitPair({ certFile, keyFile }: TlsFiles, error: unknown): TlsFilesError {
  const why = error instanceof Error ? error.message : String(error);
  return new TlsFilesError(
    `Cannot use ${certFile} with the key ${keyFile}: ${why}. ` +
      "The key has to be the one that the certificate was made for.",
  );
}

function checkCertificate(path: string, pem: string, now: number): void {
  if (!/-----BEGIN CERTIFICATE-----/.test(pem)) {
    throw certError(path, "there is no certificate in PEM form in it");
  }
  let validFrom: number;
  let validTo: number;
  try {
    // The first one is the server's own.
    const certificate = new X509Certificate(pem);
    validFrom = Date.parse(certificate.validFrom);
    validTo = Date.parse(certificate.validTo);
  } catch (error) {
    throw certError(path, `it cannot be read as a certificate (${(error as Error).message})`);
  }
  const renew = "Put a certificate there that is good now";
  if (validTo < now) throw certError(path, `it expired on ${new Date(validTo).toISOString()}. ${renew}`);
  if (validFrom > now) {
    throw certError(
      path,
      `it is not good before ${new Date(validFrom).toISOString()}. ${renew}, or set this machine's clock`,
    );
  }
}

function checkKey(path: string, pem: string): void {
  const label = /-----BEGIN ((?:[A-Z0-9]+ )*)PRIVATE KEY-----/.exec(pem);
  if (label === null) throw keyError(path, "there is no private key in PEM form in it");
  const isEncrypted = label[1] === "ENCRYPTED " || /^Proc-Type: 4,ENCRYPTED/m.test(pem);
  if (isEncrypted) {
    throw keyError(
      path,
      "it is encrypted, and nobody is there to say the passphrase. Store it decrypted, mode 600",
    );
  }
}

function certError(path: string, why: string): TlsFilesError {
  return new TlsFilesError(`Cannot use ${path} as the server's certificate ([tls] cert_file): ${why}`);
}

function keyError(path: string, why: string): TlsFilesError {
  return new TlsFilesError(`Cannot use ${path} as the private key ([tls] key_file): ${why}`);
}
