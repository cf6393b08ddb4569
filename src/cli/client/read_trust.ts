// What TLS relies on, read once at the start: the authorities in the file of --ca.

import { X509Certificate } from "node:crypto";
import type { TlsTrust } from "../../client/connection/mod.ts";
import type { ClientConfig } from "../../config/mod.ts";
import { ConfigError } from "../../config/toml/mod.ts";
import { FILE_BOUNDS } from "../../config/keys/mod.ts";
import { readText } from "../shared/mod.ts";

const CERTIFICATE = /-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g;

/** @throws {ConfigError} when the file cannot be used */
export async function readTrust({ caFile }: Pick<ClientConfig, "caFile">): Promise<TlsTrust> {
  if (caFile === "") return { caCerts: [] };
  const file = await readText(caFile, FILE_BOUNDS.caBytes);
  if (!file.ok) throw unusable(caFile, file.why);
  // Only the certificates: whatever else is in the file, perhaps a key, goes no further.
  const caCerts = file.text.match(CERTIFICATE) ?? [];
  if (caCerts.length === 0) throw unusable(caFile, "there is no certificate in PEM form in it");
  for (const pem of caCerts) {
    try {
      new X509Certificate(pem);
    } catch (error) {
      throw unusable(caFile, `a certificate in it cannot be read (${(error as Error).message})`);
    }
  }
  return { caCerts };
}

function unusable(path: string, why: string): ConfigError {
  return new ConfigError([{
    key: "ca_file",
    message: `Cannot use ${path} as authorities to trust (--ca): ${why}`,
  }]);
}
