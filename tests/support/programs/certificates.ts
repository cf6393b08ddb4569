// Real certificates, made by openssl for one test: an authority, and what it signs.

import { join } from "node:path";

export interface Issued {
  /** Paths of PEM files; only the owner can read the key. */
  readonly cert: string;
  readonly key: string;
}

export interface IssueOptions {
  /** As in a certificate's subjectAltName. */
  readonly names?: readonly string[];
  /** From now on; negative: it expired so many days ago. */
  readonly days?: number;
}

export const isOpensslMissing = await new Deno.Command("sh", {
  args: ["-c", "command -v openssl"],
  stdout: "null",
}).output().then(({ success }) => !success);
if (isOpensslMissing) console.warn("openssl is missing: the tests of TLS are ignored");

const HERE = ["DNS:localhost", "IP:127.0.0.1"];
/** Python 3.13 requires these two, as RFC 5280 does. */
const CA_USAGE = "keyUsage=critical,keyCertSign,cRLSign";
const KEY_ID = "authorityKeyIdentifier=keyid";
const NEW_KEY = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes"];

export class Certificates implements AsyncDisposable {
  readonly folder: string;
  /** The authority's own certificate: a path. */
  readonly ca: string;

  private constructor(folder: string) {
    this.folder = folder;
    this.ca = join(folder, "ca.pem");
  }

  /** Makes a folder with a new authority in it. */
  static async make(): Promise<Certificates> {
    const made = new Certificates(await Deno.makeTempDir({ prefix: "rankserver-tls-" }));
    const files = ["-keyout", "ca.key", "-out", "ca.pem"];
    const subject = ["-subj", "/CN=Test authority", "-days", "2", "-addext", CA_USAGE];
    await made.#openssl("req", "-x509", ...NEW_KEY, ...files, ...subject);
    return made;
  }

  /** A certificate that the authority signs, and its key; again under the same name, both are replaced. */
  async issue(name: string, { names = HERE, days = 2 }: IssueOptions = {}): Promise<Issued> {
    const path = (ending: string) => `${name}.${ending}`;
    await Deno.writeTextFile(
      join(this.folder, path("ext")),
      `subjectAltName=${names.join(",")}\n${KEY_ID}\n`,
    );
    await this.#openssl(
      "req",
      ...NEW_KEY,
      "-keyout",
      path("key"),
      "-out",
      path("csr"),
      "-subj",
      "/CN=rankserver",
    );
    const signer = ["-CA", "ca.pem", "-CAkey", "ca.key", "-CAcreateserial"];
    const what = ["-in", path("csr"), "-out", path("pem"), "-extfile", path("ext"), "-days", String(days)];
    await this.#openssl("x509", "-req", ...signer, ...what);
    return { cert: join(this.folder, path("pem")), key: join(this.folder, path("key")) };
  }

  /** What `openssl req -x509` makes: signed by itself, and an authority unless `more` says otherwise. */
  async selfSigned(name: string, ...more: readonly string[]): Promise<Issued> {
    const files = ["-keyout", `${name}.key`, "-out", `${name}.pem`];
    const alternatives = ["-addext", `subjectAltName=${HERE.join(",")}`];
    await this.#openssl(
      "req",
      "-x509",
      ...NEW_KEY,
      ...files,
      "-subj",
      "/CN=localhost",
      ...alternatives,
      ...more,
    );
    return { cert: join(this.folder, `${name}.pem`), key: join(this.folder, `${name}.key`) };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Deno.remove(this.folder, { recursive: true });
  }

  async #openssl(...args: string[]): Promise<void> {
    const { success, stderr } = await new Deno.Command("openssl", {
      args,
      cwd: this.folder,
      stdout: "null",
      stderr: "piped",
    }).output();
    if (!success) {
      throw new Error(`Cannot run openssl ${args.join(" ")}: ${new TextDecoder().decode(stderr)}`);
    }
  }
}
