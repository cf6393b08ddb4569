// Reads the server's certificate and its key, and reports what is wrong with them and what to do. Whether the two belong
// together is found when a TLS context is made of them.

import { X509Certificate } from "node:crypto";
import { FILE_BOUNDS, type TlsFiles } from "../../../config/keys/mod.ts";
import type { TlsPair } from "../../../tls/mod.ts";
import { exposureOf, FileError, type FileText, type TextReader } from "../../shared/mod.ts";

/** `openssl req -x509` makes an authority without it. */
const NO_AUTHORITY = "-addext basicConstraints=critical,CA:FALSE";

export interface ReadTlsFiles extends TlsPair {
  /** The paths that cannot be read again, such as pipes. */
  readonly readOnce: readonly string[];
  /** What clients will object to, for the log and --check. */
  readonly warning: string | undefined;
}

/**
 * @param now in ms since 1970.
 * @throws {FileError}
 */
export async function readTlsFiles(
  { certFile, keyFile }: TlsFiles,
  read: TextReader,
  now: number,
): Promise<ReadTlsFiles> {
  const cert = await read(certFile, FILE_BOUNDS.pemBytes);
  if (!cert.ok) throw certError(certFile, cert.reason);
  const warning = checkCertificate(certFile, cert, now);
  const key = await read(keyFile, FILE_BOUNDS.pemBytes);
  if (!key.ok) throw keyError(keyFile, key.reason);
  checkKey(keyFile, key);
  const exposure = exposureOf(keyFile, key);
  if (exposure !== undefined) throw keyError(keyFile, exposure);
  const readOnce = [...cert.isReadOnce ? [certFile] : [], ...key.isReadOnce ? [keyFile] : []];
  return { cert: cert.text, key: key.text, readOnce, warning };
}

/** For a pair that the runtime refuses; only its message says whether the two match. */
export function unfitPair({ certFile, keyFile }: TlsFiles, error: unknown): FileError {
  const reason = error instanceof Error ? error.message : String(error);
  return new FileError(
    `Cannot use ${certFile} with the key ${keyFile}: ${reason}. ` +
      "Use the private key that belongs to the certificate",
  );
}

/** @returns a warning about a certificate that can be served. */
function checkCertificate(path: string, { text: pem, fault }: FileText, now: number): string | undefined {
  if (!/-----BEGIN CERTIFICATE-----/.test(pem)) {
    throw certError(path, notFound("certificate", fault));
  }
  let validFrom: number;
  let validTo: number;
  let isAuthority: boolean;
  try {
    // The first certificate is the server's.
    const certificate = new X509Certificate(pem);
    validFrom = Date.parse(certificate.validFrom);
    validTo = Date.parse(certificate.validTo);
    isAuthority = certificate.ca;
  } catch (error) {
    throw certError(path, `it cannot be read as a certificate (${(error as Error).message})`);
  }
  const renew = "Install a valid one";
  if (validTo < now) throw certError(path, `it expired on ${new Date(validTo).toISOString()}. ${renew}`);
  if (validFrom > now) {
    throw certError(
      path,
      `it is not valid before ${new Date(validFrom).toISOString()}. ${renew}, or set this machine's clock`,
    );
  }
  if (!isAuthority) return undefined;
  return `${path} is the certificate of an authority (CA:TRUE), which rankclient rejects as a server certificate. ` +
    `Make another one: openssl req -x509 takes ${NO_AUTHORITY}`;
}

function checkKey(path: string, { text: pem, fault }: FileText): void {
  const label = /-----BEGIN ((?:[A-Z0-9]+ )*)PRIVATE KEY-----/.exec(pem);
  if (label === null) throw keyError(path, notFound("private key", fault));
  const isEncrypted = label[1] === "ENCRYPTED " || /^Proc-Type: 4,ENCRYPTED/m.test(pem);
  if (isEncrypted) {
    throw keyError(
      path,
      "it is encrypted. Store it without a passphrase, with mode 600",
    );
  }
}

function notFound(what: string, fault: FileText["fault"]): string {
  return `no ${what} in PEM format found${fault === undefined ? "" : `; it ${fault.reason}`}`;
}

function certError(path: string, reason: string): FileError {
  return new FileError(`Cannot use ${path} as the server's certificate ([tls] cert_file): ${reason}`);
}

function keyError(path: string, reason: string): FileError {
  return new FileError(`Cannot use ${path} as the private key ([tls] key_file): ${reason}`);
}
