// The certificate of all servers with TLS, made by openssl for one run of the benchmark: signed by itself, for localhost,
// with the kind of key that docs/security.md recommends.

import { join } from "node:path";

/** Paths of PEM files. */
export interface Certificate {
  readonly cert: string;
  readonly key: string;
}

/** @returns `undefined` where openssl is not installed. */
export function makeCertificate(folder: string): Certificate | undefined {
  const [cert, key] = [join(folder, "cert.pem"), join(folder, "key.pem")];
  const newKey = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-keyout", key];
  const what = ["-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost", "-days", "2"];
  const noAuthority = ["-addext", "basicConstraints=critical,CA:FALSE"];
  const args = ["req", "-x509", ...newKey, "-out", cert, ...what, ...noAuthority];
  const { success, stderr } = run("openssl", args) ?? {};
  if (stderr === undefined) return undefined;
  if (!success) throw new Error(`Cannot make a certificate:\n${new TextDecoder().decode(stderr)}`);
  Deno.chmodSync(key, 0o600);
  return { cert, key };
}

function run(program: string, args: string[]): Deno.CommandOutput | undefined {
  try {
    return new Deno.Command(program, { args }).outputSync();
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return undefined;
    throw error;
  }
}
